using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Cli;

/// <summary>What the commands ask of a loaded model.</summary>
internal static class ModelExtensions
{
    /// <summary>The image classifier in a model.</summary>
    /// <exception cref="InvalidDataException">The model has none.</exception>
    public static ImageClassifierTransformer Classifier(this ITransformer model) => ClassifierFinder.Find(model)
        ?? throw new InvalidDataException(
            "The model holds no image classifier. Give one that 'resnetfamily train' or ImageClassifier made.");

    /// <summary>The class names that a score column carries.</summary>
    public static IReadOnlyList<string> SlotNames(this DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
