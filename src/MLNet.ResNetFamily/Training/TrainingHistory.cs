namespace MLNet.ResNetFamily;

/// <summary>What a training achieved, epoch by epoch.</summary>
public sealed record TrainingHistory
{
    /// <summary>The finished epochs in their order; empty when the training was canceled during the first.</summary>
    public required IReadOnlyList<TrainingProgress> Epochs { get; init; }

    /// <summary>The training and validation images left out because they could not be read, and why.</summary>
    public IReadOnlyList<BadImage> BadImages { get; init; } = [];

    /// <summary>
    /// Number of the best epoch by <see cref="TrainingOptions.BestMetric"/>; null without validation data, unless the metric is of the
    /// training and <see cref="TrainingOptions.Patience"/> is set.
    /// </summary>
    public int? BestEpoch { get; init; }

    /// <summary>
    /// Number of the epoch that the model's weights come from; null when they are as the last step before a cancellation left them.
    /// </summary>
    public int? ModelEpoch { get; init; }

    /// <summary>Whether the training was canceled before its last epoch ended.</summary>
    public bool IsCanceled { get; init; }

    /// <summary>Whether the training ended early because of <see cref="TrainingOptions.Patience"/>.</summary>
    public bool IsStoppedEarly { get; init; }
}
