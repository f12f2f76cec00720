using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>What batches do to the weights: forward, loss, backward, and a step of the optimiser.</summary>
internal sealed class TrainingStep(TrainingState state, TrainingRecipe recipe, Device device, Tensor? classWeights)
{
    /// <summary>Whether gradients wait for the optimiser's step.</summary>
    public bool IsPending { get; private set; }

    /// <summary>
    /// Learns from a batch; the gradients are added to those that wait. Where images are mixed, the class with the larger share is a hit.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="lesson">Says how to come from inputs to logits.</param>
    /// <param name="share">The batch's part in the step's loss, above 0 and at most 1.</param>
    /// <returns>The loss; when it is no finite number, nothing was learned.</returns>
    public float Learn(IExampleBatch batch, Lesson lesson, double share = 1)
    {
        using var scope = NewDisposeScope();
        var labels = BatchLabels.Of(batch, lesson.Train.Images, device);
        var (inputs, targets) = (batch.ToTensor(), labels);

        // Cached features are of images that nothing varied.
        if (recipe.Augmentation is { IsMixing: true } mixing && inputs.dim() == 4)
        {
            (inputs, targets, labels) = BatchMixing.Apply(
                inputs, labels, lesson.Train.Images.ClassCount, mixing, Augmentation.RandomFor(recipe.EffectiveSeed, state.Epoch, -2 - batch.Indices[0]));
        }
        if (!IsPending)
            state.Network.zero_grad();
        var (logits, auxiliary) = lesson.Learn(inputs);
        var loss = LossOf(logits, targets);
        if (auxiliary is not null)
            loss += ImageClassifierNetwork.AuxiliaryLossWeight * LossOf(auxiliary, targets);
        var lossValue = loss.item<float>();
        if (!float.IsFinite(lossValue))
            return lossValue;
        (share < 1 ? loss * share : loss).backward();
        state.Twin?.HandOverGradients();
        IsPending = true;
        state.Totals = state.Totals.With(lossValue, logits, labels);
        return lossValue;
    }

    /// <summary>Lets the optimiser make its step by the gradients that wait; nothing where none do.</summary>
    public void Finish()
    {
        if (!IsPending)
            return;
        if (recipe.GradientClipNorm is { } longest)
            nn.utils.clip_grad_norm_(state.Optimization.Parameters.Where(parameter => parameter.grad is not null), longest);
        state.Optimization.Step();
        state.Average?.Add();
        state.StepCount++;
        IsPending = false;
    }

    private Tensor LossOf(Tensor logits, Tensor targets) =>
        nn.functional.cross_entropy(logits, targets, classWeights, label_smoothing: recipe.LabelSmoothing);
}
