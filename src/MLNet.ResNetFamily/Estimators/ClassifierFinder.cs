using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>Finds the image classifier in a model.</summary>
internal static class ClassifierFinder
{
    /// <summary>The model itself, or the last classifier among its steps; null where there is none.</summary>
    public static ImageClassifierTransformer? Find(ITransformer model) =>
        model as ImageClassifierTransformer ?? (model as IEnumerable<ITransformer>)?.OfType<ImageClassifierTransformer>().LastOrDefault();

    /// <inheritdoc cref="Find"/>
    /// <exception cref="ArgumentException">The model has none.</exception>
    public static ImageClassifierTransformer Of(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Find(model) ?? throw new ArgumentException("The model holds no image classifier. Give one that ImageClassifier or one of its short forms made.", nameof(model));
    }
}
