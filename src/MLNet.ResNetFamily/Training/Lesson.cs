using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>What is learned in a run of epochs: from images by the whole network, or from features by its head.</summary>
/// <param name="Train">The inputs to learn from.</param>
/// <param name="Validation">The inputs to measure with, or null.</param>
/// <param name="Learn">From inputs to logits, and to those of the auxiliary classifier where there is one; in training mode.</param>
/// <param name="Score">From inputs to logits; in evaluation mode.</param>
internal sealed record Lesson(IExamples Train, IExamples? Validation, Func<Tensor, (Tensor Logits, Tensor? Auxiliary)> Learn, Func<Tensor, Tensor> Score);
