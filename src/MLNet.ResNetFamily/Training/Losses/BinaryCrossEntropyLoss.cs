using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// An image may show several classes: the binary cross entropy of each class's sigmoid, as PyTorch's BCEWithLogitsLoss has it, and the mean
/// over the classes.
/// </summary>
/// <param name="classWeights">How much each class counts, shape [K]; null where all count alike. Belongs to this object.</param>
/// <param name="positiveWeights">
/// How much the images that show a class count against those that do not, shape [K]; null where all count alike. Belongs to this object.
/// </param>
/// <param name="labelSmoothing">Part of each target that is spread over yes and no.</param>
internal sealed class BinaryCrossEntropyLoss(Tensor? classWeights, Tensor? positiveWeights, double labelSmoothing) : ClassificationLoss
{
    /// <inheritdoc/>
    public override Tensor Targets(ITrainingBatch batch, TrainingImages images, Device device)
    {
        var shown = new float[batch.Indices.Length * images.ClassCount];
        foreach (var (row, index) in batch.Indices.Index())
        {
            foreach (var label in images.ClassesOf(index))
                shown[row * images.ClassCount + label] = 1;
        }
        return tensor(shown, [batch.Indices.Length, images.ClassCount], device: device);
    }

    /// <inheritdoc/>
    public override Tensor Of(Tensor logits, Tensor targets) => nn.functional.binary_cross_entropy_with_logits(
        logits, labelSmoothing == 0 ? targets : targets * (1 - labelSmoothing) + labelSmoothing / 2, classWeights,
        pos_weights: positiveWeights);

    /// <summary>How many images have exactly the labels whose probability is above one half.</summary>
    /// <inheritdoc/>
    public override long RightCount(Tensor logits, Tensor labels) => logits.gt(0).eq(labels.ge(0.5)).all(1).sum().item<long>();

    public override void Dispose()
    {
        classWeights?.Dispose();
        positiveWeights?.Dispose();
    }
}
