using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>What batches do to the weights: forward, loss, backward, and a step of the optimizer.</summary>
/// <param name="state">What changes.</param>
/// <param name="options">How to train.</param>
/// <param name="device">Where the network is.</param>
/// <param name="loss">What it makes small.</param>
/// <param name="parallel">The processes that make each step together; null for this one alone.</param>
internal sealed class TrainingStep(
    TrainingState state, TrainingOptions options, Device device, TrainingLoss loss, DataParallel? parallel = null)
{
    // What this process adds to the step of all.
    private StepSums _own = new();

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
        var labels = loss.Targets(batch, phase.Train.Images, device);
        var (inputs, targets) = (batch.ToTensor(), labels);

        // Cached features are of images that nothing varied.
        if (options.Augmentation is { IsMixing: true } mixing && inputs.dim() == 4)
        {
            (inputs, targets, labels) = BatchMixing.Apply(
                inputs, labels, phase.Train.Images.ClassCount, mixing,
                Augmentation.RandomFor(options.EffectiveSeed, state.Epoch, -2 - batch.Indices[0]));
        }
        Begin();
        var (logits, auxiliary) = phase.Learn(inputs);
        var total = loss.Of(inputs, logits, auxiliary, state.Network.AuxiliaryLossWeight, targets);
        var lossValue = total.item<float>();
        if (!float.IsFinite(lossValue))
        {
            _own = _own with { DivergedCount = _own.DivergedCount + 1 };
            return lossValue;
        }
        // Processes that make a step together divide by all weights when they know them.
        var weight = parallel is null ? share : loss.WeightOf(targets);
        using Scalar factor = weight;
        (weight != 1 ? total * factor : total).backward();
        state.MixedPrecision?.HandOverGradients();
        IsPending = true;
        var (count, rightCount) = (labels.shape[0], loss.RightCount(logits, labels));
        if (parallel is null)
            state.Totals = state.Totals.With(lossValue, count, rightCount);
        else
            _own = _own with { Weight = _own.Weight + weight, Totals = _own.Totals.With(lossValue, count, rightCount) };
        return lossValue;
    }

    /// <summary>Takes part in the step of all processes, though this one has no image that it could learn from.</summary>
    /// <param name="phase">Says how to come from inputs to logits.</param>
    public void Skip(TrainingPhase phase)
    {
        Begin();
        if (phase.NoInputs is not { } noInputs)
            return;
        // The others' normalizations wait for this process's.
        using var scope = NewDisposeScope();
        var (logits, auxiliary) = phase.Learn(noInputs());
        auxiliary.Aggregate(logits.sum(), (nothing, other) => nothing + other.sum()).backward();
        state.MixedPrecision?.HandOverGradients();
    }

    /// <summary>Learns, with all processes together, from what each adds to a step.</summary>
    /// <param name="leaveOut">Is told of the images that any of them found broken.</param>
    /// <returns>What all add; the gradients are those of the mean over all images.</returns>
    public StepSums Exchange(Action<FoundBadImage> leaveOut)
    {
        var sums = parallel!.Exchange(_own, leaveOut);
        _own = new();
        state.Totals = state.Totals.Plus(sums.Totals);
        IsPending = sums.Weight > 0;
        return sums;
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

    private void Begin()
    {
        if (!IsPending)
            state.Network.zero_grad();
        // Others may have gradients that wait.
        IsPending |= parallel is not null;
    }
}
