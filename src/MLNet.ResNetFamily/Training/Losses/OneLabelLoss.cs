using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>What losses have in common where each image shows one class.</summary>
/// <param name="classWeights">How much each class counts, shape [K]; null where all count alike. Belongs to this object.</param>
internal abstract class OneLabelLoss(Tensor? classWeights) : ClassificationLoss
{
    /// <summary>How much each class counts, shape [K]; null where all count alike.</summary>
    protected Tensor? ClassWeights => classWeights;

    /// <inheritdoc/>
    public override Tensor Targets(ITrainingBatch batch, TrainingImages images, Device device) => BatchLabels.Of(batch, images, device);

    /// <inheritdoc/>
    public override long RightCount(Tensor logits, Tensor labels) => logits.argmax(1).eq(labels).sum().item<long>();

    public override void Dispose() => classWeights?.Dispose();
}
