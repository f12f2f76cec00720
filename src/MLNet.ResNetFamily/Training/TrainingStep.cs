using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>What batches do to the weights: forward, loss, backward, and a step of the optimizer.</summary>
internal sealed class TrainingStep(TrainingState state, TrainingOptions options, Device device, TrainingLoss trainingLoss)
{
    /// <summary>Whether gradients wait for the optimizer's step.</summary>
    public bool IsPending { get; private set; }

    /// <summary>
    /// Learns from a batch; the gradients are added to those that wait. Where images are mixed, the class with the larger share is a hit.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="phase">Says how to come from inputs to logits.</param>
    /// <param name="share">The batch's part in the step's loss, above 0 and at most 1.</param>
    /// <returns>The loss; when it is no finite number, nothing was learned.</returns>
    public float Learn(ITrainingBatch batch, TrainingPhase phase, double share = 1)
    {
        using var scope = NewDisposeScope();
        using var draws = Draws.FromSeed(Augmentation.SeedFor(options.EffectiveSeed, state.Epoch, -2 - batch.Indices[0]), device);
        var labels = BatchLabels.Of(batch, phase.Train.Images, device);
        var (inputs, targets) = (batch.ToTensor(), labels);

        // Cached features are of images that nothing varied.
        if (options.Augmentation is { IsMixing: true } mixing && inputs.dim() == 4)
        {
            (inputs, targets, labels) = BatchMixing.Apply(
                inputs, labels, phase.Train.Images.ClassCount, mixing,
                Augmentation.RandomFor(options.EffectiveSeed, state.Epoch, -2 - batch.Indices[0]));
        }
        if (!IsPending)
            state.Network.zero_grad();
        var (logits, auxiliary) = phase.Learn(inputs);
        var loss = trainingLoss.Of(inputs, logits, auxiliary, state.Network.AuxiliaryLossWeight, targets);
        var lossValue = loss.item<float>();
        if (!float.IsFinite(lossValue))
            return lossValue;
        (share < 1 ? loss * share : loss).backward();
        state.MixedPrecision?.HandOverGradients();
        IsPending = true;
        state.Totals = state.Totals.With(lossValue, logits, labels);
        return lossValue;
    }

    /// <summary>Lets the optimizer make its step by the gradients that wait; nothing where none do.</summary>
    public void Finish()
    {
        if (!IsPending)
            return;
        using var scope = NewDisposeScope();
        if (options.GradientClipNorm is { } longest)
            nn.utils.clip_grad_norm_(state.Optimizer.Parameters.Where(parameter => parameter.grad is not null), longest);
        state.Optimizer.Step();
        state.Average?.Add();
        state.StepCount++;
        IsPending = false;
    }
}
