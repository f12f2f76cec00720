using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Cli;

/// <summary>What the commands ask of a loaded model.</summary>
internal static class ModelExtensions
{
    /// <summary>The image classifier in a model.</summary>
    /// <exception cref="InvalidDataException">The model has none.</exception>
    public static ImageClassifierTransformer Classifier(this ITransformer model) => ClassifierFinder.Find(model)
        ?? throw new InvalidDataException("The model holds no image classifier. Give one that 'resnetfamily train' or ImageClassifier made.");

    /// <summary>Lets a model give NaN for images that cannot be read.</summary>
    /// <returns>A list that fills with those images while the model scores.</returns>
    /// <exception cref="InvalidDataException">The model has no image classifier.</exception>
    public static IReadOnlyList<BadImage> SkipBadImages(this ITransformer model)
    {
        var classifier = model.Classifier();
        var skipped = new BadImageList();
        classifier.Scoring = classifier.Scoring with { OnBadImage = OnBadImage.Skip, BadImages = skipped };
        return skipped;
    }

    /// <summary>The class names that a score column carries.</summary>
    public static IReadOnlyList<string> SlotNames(this DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
