using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// What a training makes small: how far the logits of a batch are from its labels, and from the teacher's where there is one.
/// </summary>
/// <param name="ofLabels">How far they are from the labels. Belongs to this object.</param>
/// <param name="distillation">What is learned from a teacher; null for none. Belongs to this object.</param>
/// <param name="distillationWeight">How much the teacher counts, 0 to 1.</param>
internal sealed class TrainingLoss(ClassificationLoss ofLabels, Distillation? distillation = null, double distillationWeight = 0)
    : IDisposable
{
    /// <summary>The loss that suits the training images and the options; the caller disposes of it.</summary>
    /// <exception cref="ArgumentException">A class of the options does not exist.</exception>
    public static TrainingLoss Of(
        TrainingImages train, TrainingOptions options, Device device, Teacher? teacher, Preprocessing preprocessing) => new(
            ClassificationLoss.For(train, options, device), Distillation.Of(teacher, preprocessing, train, options, device),
            options.DistillationWeight);

    /// <inheritdoc cref="ClassificationLoss.Targets"/>
    public Tensor Targets(ITrainingBatch batch, TrainingImages images, Device device) => ofLabels.Targets(batch, images, device);

    /// <summary>The loss of a batch, its auxiliary classifiers' included.</summary>
    /// <param name="inputs">What the network saw, mixed where images are.</param>
    /// <param name="logits">Shape [N, K].</param>
    /// <param name="auxiliary">Those of the auxiliary classifiers.</param>
    /// <param name="auxiliaryWeight">How much each of these counts.</param>
    /// <param name="targets">As <see cref="Targets"/> gives them, or mixed: shape [N, K].</param>
    public Tensor Of(Tensor inputs, Tensor logits, IReadOnlyList<Tensor> auxiliary, double auxiliaryWeight, Tensor targets)
    {
        var answer = distillation?.Answer(inputs);
        return auxiliary.Aggregate(Of(logits, targets, answer), (loss, other) => loss + auxiliaryWeight * Of(other, targets, answer));
    }

    /// <summary>The loss of some logits.</summary>
    /// <param name="logits">Shape [N, K].</param>
    /// <param name="targets">As above.</param>
    /// <param name="answer">What the teacher says of the batch, or null.</param>
    public Tensor Of(Tensor logits, Tensor targets, Tensor? answer)
    {
        var loss = ofLabels.Of(logits, targets);
        return answer is null ? loss : (1 - distillationWeight) * loss + distillationWeight * distillation!.Loss(logits, answer);
    }

    /// <summary>
    /// What the sum of the images' losses was divided by to be their mean. What is learned from a teacher goes by the same weight.
    /// </summary>
    /// <param name="targets">As above.</param>
    public double WeightOf(Tensor targets) => ofLabels.WeightOf(targets);

    /// <inheritdoc cref="ClassificationLoss.RightCount"/>
    public long RightCount(Tensor logits, Tensor labels) => ofLabels.RightCount(logits, labels);

    public void Dispose()
    {
        ofLabels.Dispose();
        distillation?.Dispose();
    }
}
