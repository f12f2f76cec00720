namespace MLNet.ResNetFamily;

/// <summary>What a training achieved, epoch by epoch.</summary>
public sealed record TrainingHistory
{
    /// <summary>The finished epochs in their order; empty when the training was cancelled during the first.</summary>
    public required IReadOnlyList<TrainingProgress> Epochs { get; init; }

    /// <summary>The training and validation images left out because they could not be read, and why.</summary>
    public IReadOnlyList<BadImage> BadImages { get; init; } = [];

    /// <summary>Whether the training was cancelled before its last epoch ended; the model is then as the last step left it.</summary>
    public bool IsCanceled { get; init; }
}
