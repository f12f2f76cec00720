using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// What a training makes small: how far the logits of a batch are from its labels, and from the teacher's where there is one.
/// </summary>
/// <param name="options">Says how.</param>
/// <param name="classWeights">How much each class counts, shape [K]; null where all count alike.</param>
/// <param name="distillation">What is learned from a teacher; null for none.</param>
internal sealed class TrainingLoss(TrainingOptions options, Tensor? classWeights, Distillation? distillation = null)
{
    // Smaller parts of a mixed image do not count; timm's threshold for this recipe.
    private const double LeastShare = 0.2;

    /// <summary>The loss of a batch, its auxiliary classifiers' included.</summary>
    /// <param name="inputs">What the network saw, mixed where images are.</param>
    /// <param name="logits">Shape [N, K].</param>
    /// <param name="auxiliary">Those of the auxiliary classifiers.</param>
    /// <param name="auxiliaryWeight">How much each of these counts.</param>
    /// <param name="targets">Class numbers, shape [N], or probabilities, shape [N, K].</param>
    public Tensor Of(Tensor inputs, Tensor logits, IReadOnlyList<Tensor> auxiliary, double auxiliaryWeight, Tensor targets)
    {
        var answer = distillation?.Answer(inputs);
        return auxiliary.Aggregate(Of(logits, targets, answer), (loss, other) => loss + auxiliaryWeight * Of(other, targets, answer));
    }

    /// <summary>
    /// What the sum of the images' losses was divided by to be their mean. What is learned from a teacher goes by the same weight.
    /// </summary>
    /// <param name="targets">As above.</param>
    public double WeightOf(Tensor targets) => classWeights is null || (targets.dim() > 1 && options.Loss != LossKind.BinaryCrossEntropy)
        ? targets.shape[0]
        : (targets.dim() == 1 ? classWeights.index_select(0, targets) : targets.matmul(classWeights)).sum().item<float>();

    /// <summary>The loss of some logits.</summary>
    /// <param name="logits">Shape [N, K].</param>
    /// <param name="targets">As above.</param>
    /// <param name="answer">What the teacher says of the batch, or null.</param>
    internal Tensor Of(Tensor logits, Tensor targets, Tensor? answer)
    {
        var ofLabels = options.Loss == LossKind.BinaryCrossEntropy
            ? BinaryCrossEntropy(logits, targets)
            : nn.functional.cross_entropy(logits, targets, classWeights, label_smoothing: options.LabelSmoothing);
        if (answer is null)
            return ofLabels;
        var weight = options.DistillationWeight;
        return (1 - weight) * ofLabels + weight * distillation!.Loss(logits, answer);
    }

    private Tensor BinaryCrossEntropy(Tensor logits, Tensor targets)
    {
        var classCount = logits.shape[1];
        var shares = targets.dim() == 1 ? nn.functional.one_hot(targets, classCount).to(ScalarType.Float32) : targets;
        var wanted = shares.gt(LeastShare).to(ScalarType.Float32) * (1 - options.LabelSmoothing) + options.LabelSmoothing / classCount;
        var ofImages = nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction: nn.Reduction.None).mean([1]);    // [N]
        if (classWeights is null)
            return ofImages.mean();
        var weights = shares.matmul(classWeights);
        return (ofImages * weights).sum() / weights.sum();
    }
}
