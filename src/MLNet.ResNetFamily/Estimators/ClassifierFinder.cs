using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>Finds the image classifier in a model.</summary>
internal static class ClassifierFinder
{
    /// <summary>The model itself, or the last classifier among its steps, ensembles included; null where there is none.</summary>
    public static IImageClassifier? Find(ITransformer model) =>
        model as IImageClassifier ?? (model as IEnumerable<ITransformer>)?.OfType<IImageClassifier>().LastOrDefault();

    /// <summary>What a model gives, with its classifiers scoring as the given options say; the model itself stays as it is.</summary>
    public static IDataView Transform(ITransformer model, IDataView data, ScoringOptions scoring) => model switch
    {
        IImageClassifier classifier => classifier.Transform(data, scoring),
        IEnumerable<ITransformer> steps => steps.Aggregate(data, (input, step) => Transform(step, input, scoring)),
        _ => model.Transform(data),
    };

    /// <inheritdoc cref="Find"/>
    /// <exception cref="ArgumentException">The model has none.</exception>
    public static IImageClassifier Of(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Find(model) ?? throw new ArgumentException(
            "The model holds no image classifier. Give one that ImageClassifier or one of its short forms made.", nameof(model));
    }

    /// <summary>What is said where an ensemble has nothing to offer.</summary>
    public static string NotOfOneNetwork(IImageClassifier classifier) =>
        $"The model is an ensemble of {classifier.Members.Count} classifiers, and this works with a single network. " +
        "Give one of its members: the model file that it was made from, or an entry of Members.";
}
