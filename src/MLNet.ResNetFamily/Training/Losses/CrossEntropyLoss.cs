using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Each image shows one class: the cross entropy of the softmax.</summary>
/// <param name="classWeights">How much each class counts, shape [K]; null where all count alike. Belongs to this object.</param>
/// <param name="labelSmoothing">Part of the target that is spread over all classes.</param>
internal sealed class CrossEntropyLoss(Tensor? classWeights, double labelSmoothing) : ClassificationLoss
{
    /// <inheritdoc/>
    public override Tensor Targets(ITrainingBatch batch, TrainingImages images, Device device) =>
        BatchLabels.Of(batch, images, device);

    /// <inheritdoc/>
    public override Tensor Of(Tensor logits, Tensor targets) =>
        nn.functional.cross_entropy(logits, targets, classWeights, label_smoothing: labelSmoothing);

    /// <inheritdoc/>
    public override double WeightOf(Tensor targets) =>
        classWeights is null || targets.dim() > 1 ? base.WeightOf(targets) : classWeights.index_select(0, targets).sum().item<float>();

    /// <inheritdoc/>
    public override long RightCount(Tensor logits, Tensor labels) => logits.argmax(1).eq(labels).sum().item<long>();

    public override void Dispose() => classWeights?.Dispose();
}
