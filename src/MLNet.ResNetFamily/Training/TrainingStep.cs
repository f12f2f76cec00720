using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>What one batch does to the weights: forward, loss, backward, and a step of the optimiser.</summary>
internal sealed class TrainingStep(ImageClassifierNetwork network, TrainingRecipe recipe, Device device, Optimization optimization, BFloat16Twin? twin)
{
    /// <summary>Steps taken so far.</summary>
    public int Count { get; private set; }

    /// <summary>Learns from a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="lesson">Says how to come from inputs to logits.</param>
    /// <param name="epoch">Number of the epoch, for the message when the loss is no number.</param>
    /// <param name="totals">Gets the loss and the hits of the batch; where images are mixed, the class with the larger share is a hit.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="InvalidOperationException">The loss is no longer a finite number.</exception>
    public float Take(IExampleBatch batch, Lesson lesson, int epoch, EpochTotals totals)
    {
        using var scope = NewDisposeScope();
        var labels = BatchLabels.Of(batch, lesson.Train.Images, device);
        var (inputs, targets) = (batch.ToTensor(), labels);

        // Cached features are of images that nothing varied.
        if (recipe.Augmentation is { IsMixing: true } mixing && inputs.dim() == 4)
        {
            (inputs, targets, labels) = BatchMixing.Apply(
                inputs, labels, lesson.Train.Images.ClassCount, mixing, Augmentation.RandomFor(recipe.Seed, epoch, -2 - batch.Indices[0]));
        }
        network.zero_grad();
        var (logits, auxiliary) = lesson.Learn(inputs);
        var loss = LossOf(logits, targets);
        if (auxiliary is not null)
            loss += ImageClassifierNetwork.AuxiliaryLossWeight * LossOf(auxiliary, targets);
        var lossValue = loss.item<float>();
        if (!float.IsFinite(lossValue))
            throw Diverged(lossValue, epoch);
        loss.backward();
        twin?.HandOverGradients();
        optimization.Step();
        Count++;
        totals.Add(lossValue, logits, labels);
        return lossValue;
    }

    private Tensor LossOf(Tensor logits, Tensor targets) => nn.functional.cross_entropy(logits, targets, label_smoothing: recipe.LabelSmoothing);

    private InvalidOperationException Diverged(float loss, int epoch) => new(FormattableString.Invariant(
        $"The loss became {loss} at step {Count + 1}, in epoch {epoch}, with learning rate {optimization.LearningRate:G3}: the training has diverged. ")
        + FormattableString.Invariant($"Set 'LearningRate' lower, to {recipe.EffectiveLearningRate / 10:G3} for instance, or 'WarmUpFraction' higher."));
}
