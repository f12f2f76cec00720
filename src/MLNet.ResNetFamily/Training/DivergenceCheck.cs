using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Notices that a training has diverged, and says how to mend it.</summary>
internal static class DivergenceCheck
{
    /// <summary>Whether every weight and every statistic of a network is a finite number.</summary>
    public static bool IsFinite(ImageClassifierNetwork network)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return network.NamedState().Where(entry => entry.Tensor.is_floating_point())
            .All(entry => entry.Tensor.isfinite().all().item<bool>());
    }

    /// <summary>The error for a loss or a weight that is no finite number any more.</summary>
    /// <param name="what">What was found, as the beginning of a sentence.</param>
    /// <param name="state">The state of the training.</param>
    /// <param name="options">How it was trained.</param>
    /// <param name="checkpoint">The last checkpoint, whose weights were finite; null where there is none.</param>
    public static DivergedException Error(string what, TrainingState state, TrainingOptions options, string? checkpoint) => new(
        $"{what} at step {state.StepCount + 1}, in epoch {state.Epoch}, with learning rate "
        + FormattableString.Invariant($"{state.Optimizer.LearningRate:G3}: the training has diverged. ")
        + (checkpoint is null ? "No checkpoint was kept. " : $"The last finite checkpoint is '{checkpoint}'. ")
        + FormattableString.Invariant($"Set 'LearningRate' lower, to {options.EffectiveLearningRate / 10:G3} for instance, ")
        + "or 'WarmUpFraction' higher, or 'GradientClipNorm' to 1, and train anew.");
}
