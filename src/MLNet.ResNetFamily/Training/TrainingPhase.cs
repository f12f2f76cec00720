using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>What is learned in a run of epochs: from images by the whole network, or from features by its head.</summary>
/// <param name="Train">The inputs to learn from.</param>
/// <param name="Validation">The inputs to measure with, or null.</param>
/// <param name="Learn">From inputs to logits, and to those of auxiliary classifiers; in training mode.</param>
/// <param name="Score">From inputs to logits; in evaluation mode.</param>
internal sealed record TrainingPhase(
    IDataset Train, IDataset? Validation, Func<Tensor, (Tensor Logits, IReadOnlyList<Tensor> Auxiliary)> Learn, Func<Tensor, Tensor> Score)
{
    /// <summary>
    /// Inputs of no image, where the network has to be run even on them because its layers talk to those of other processes; else null.
    /// </summary>
    public Func<Tensor>? NoInputs { get; init; }

    /// <summary>The phase of the whole network.</summary>
    /// <param name="state">Holds the network.</param>
    /// <param name="train">Images to learn from.</param>
    /// <param name="validation">Images to measure with, or null.</param>
    /// <param name="backboneLearns">Whether the backbone learns, and an auxiliary classifier with it, or the head alone.</param>
    public static TrainingPhase OnImages(TrainingState state, IDataset train, IDataset? validation, bool backboneLearns)
    {
        return new(train, validation, backboneLearns ? Learn : images => (Logits(images), []), Logits);

        (Tensor Logits, IReadOnlyList<Tensor> Auxiliary) Learn(Tensor images) =>
            state.MixedPrecision?.TrainingLogits(images) ?? state.Network.TrainingLogits(images);

        Tensor Logits(Tensor images) => state.MixedPrecision?.Logits(images) ?? state.Network.call(images);
    }
}
