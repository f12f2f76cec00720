using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>Finds the image classifier in a model.</summary>
internal static class ClassifierFinder
{
    /// <summary>The model itself, or the last classifier among its steps; null where there is none.</summary>
    public static ImageClassifierTransformer? Find(ITransformer model) =>
        model as ImageClassifierTransformer ?? (model as IEnumerable<ITransformer>)?.OfType<ImageClassifierTransformer>().LastOrDefault();

    /// <summary>What a model gives, with its classifiers scoring as the given options say; the model itself stays as it is.</summary>
    public static IDataView Transform(ITransformer model, IDataView data, ScoringOptions scoring) => model switch
    {
        ImageClassifierTransformer classifier => classifier.Transform(data, scoring),
        IEnumerable<ITransformer> steps => steps.Aggregate(data, (input, step) => Transform(step, input, scoring)),
        _ => model.Transform(data),
    };

    /// <inheritdoc cref="Find"/>
    /// <exception cref="ArgumentException">The model has none.</exception>
    public static ImageClassifierTransformer Of(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Find(model) ?? throw new ArgumentException(
            "The model holds no image classifier. Give one that ImageClassifier or one of its short forms made.", nameof(model));
    }
}
