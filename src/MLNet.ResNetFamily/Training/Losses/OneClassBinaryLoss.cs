using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// Each image shows one class, and each class is a question of its own, yes or no: <see cref="LossKind.BinaryCrossEntropy"/>.
/// </summary>
/// <param name="classWeights">How much each class counts, shape [K]; null where all count alike. Belongs to this object.</param>
/// <param name="labelSmoothing">Part of the target that is spread over all classes.</param>
internal sealed class OneClassBinaryLoss(Tensor? classWeights, double labelSmoothing) : OneLabelLoss(classWeights)
{
    // Smaller parts of a mixed image do not count; timm's threshold for this recipe.
    private const double LeastShare = 0.2;

    /// <inheritdoc/>
    public override Tensor Of(Tensor logits, Tensor targets)
    {
        var shares = Shares(targets, logits.shape[1]);
        var wanted = shares.gt(LeastShare).to(ScalarType.Float32) * (1 - labelSmoothing) + labelSmoothing / logits.shape[1];
        var ofImages = nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction: nn.Reduction.None).mean([1]);    // [N]
        if (ClassWeights is null)
            return ofImages.mean();
        var weights = shares.matmul(ClassWeights);
        return (ofImages * weights).sum() / weights.sum();
    }

    /// <inheritdoc/>
    public override double WeightOf(Tensor targets) => ClassWeights is null
        ? base.WeightOf(targets)
        : Shares(targets, ClassWeights.shape[0]).matmul(ClassWeights).sum().item<float>();

    private static Tensor Shares(Tensor targets, long classCount) =>
        targets.dim() == 1 ? nn.functional.one_hot(targets, classCount).to(ScalarType.Float32) : targets;
}
