using Microsoft.ML;

namespace MLNet.ResNetFamily.Cli;

/// <summary>What the commands ask of a loaded model.</summary>
internal static class ModelExtensions
{
    /// <summary>The image classifier in a model that works with a single network, not with an ensemble.</summary>
    /// <exception cref="InvalidDataException">The model has none, or is an ensemble.</exception>
    public static ImageClassifierTransformer SingleClassifier(this ITransformer model) =>
        model.Classifier() is var classifier && classifier is ImageClassifierTransformer single
            ? single
            : throw new InvalidDataException(ClassifierFinder.NotOfOneNetwork(classifier));

    /// <summary>The image classifier in a model, which may be an ensemble.</summary>
    /// <exception cref="InvalidDataException">The model has none.</exception>
    public static IImageClassifier Classifier(this ITransformer model) => ClassifierFinder.Find(model)
        ?? throw new InvalidDataException(
            "The model holds no image classifier. Give one that 'resnetfamily train' or ImageClassifier made.");
}
