using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Each image shows one class: the cross entropy of the softmax.</summary>
/// <param name="classWeights">How much each class counts, shape [K]; null where all count alike. Belongs to this object.</param>
/// <param name="labelSmoothing">Part of the target that is spread over all classes.</param>
internal sealed class CrossEntropyLoss(Tensor? classWeights, double labelSmoothing) : OneLabelLoss(classWeights)
{
    /// <inheritdoc/>
    public override Tensor Of(Tensor logits, Tensor targets) =>
        nn.functional.cross_entropy(logits, targets, ClassWeights, label_smoothing: labelSmoothing);

    /// <inheritdoc/>
    public override double WeightOf(Tensor targets) =>
        ClassWeights is null || targets.dim() > 1 ? base.WeightOf(targets) : ClassWeights.index_select(0, targets).sum().item<float>();
}
