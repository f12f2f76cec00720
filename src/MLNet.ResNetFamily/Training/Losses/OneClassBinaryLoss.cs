using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// Each image shows one class, and each class is a question of its own, yes or no: <see cref="LossKind.BinaryCrossEntropy"/>.
/// </summary>
/// <param name="classWeights">How much each class counts, shape [K]; null where all count alike. Belongs to this object.</param>
/// <param name="labelSmoothing">Part of the target that is spread over all classes.</param>
internal sealed class OneClassBinaryLoss(Tensor? classWeights, double labelSmoothing) : ClassificationLoss
{
    // Smaller parts of a mixed image do not count; timm's threshold for this recipe.
    private const double LeastShare = 0.2;

    /// <inheritdoc/>
    public override Tensor Targets(ITrainingBatch batch, TrainingImages images, Device device) => BatchLabels.Of(batch, images, device);

    /// <inheritdoc/>
    public override Tensor Of(Tensor logits, Tensor targets)
    {
        var shares = Shares(targets, logits.shape[1]);
        var wanted = shares.gt(LeastShare).to(ScalarType.Float32) * (1 - labelSmoothing) + labelSmoothing / logits.shape[1];
        var ofImages = nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction: nn.Reduction.None).mean([1]);    // [N]
        if (classWeights is null)
            return ofImages.mean();
        var weights = shares.matmul(classWeights);
        return (ofImages * weights).sum() / weights.sum();
    }

    /// <inheritdoc/>
    public override double WeightOf(Tensor targets) => classWeights is null
        ? base.WeightOf(targets)
        : Shares(targets, classWeights.shape[0]).matmul(classWeights).sum().item<float>();

    /// <inheritdoc/>
    public override long RightCount(Tensor logits, Tensor labels) => logits.argmax(1).eq(labels).sum().item<long>();

    public override void Dispose() => classWeights?.Dispose();

    private static Tensor Shares(Tensor targets, long classCount) =>
        targets.dim() == 1 ? nn.functional.one_hot(targets, classCount).to(ScalarType.Float32) : targets;
}
