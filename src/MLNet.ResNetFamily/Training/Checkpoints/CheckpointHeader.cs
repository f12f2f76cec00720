namespace MLNet.ResNetFamily;

/// <summary>What a checkpoint says beside its tensors.</summary>
internal sealed record CheckpointHeader
{
    /// <summary>
    /// Version of the format. A change of what is written raises it, so that older libraries refuse what they would misread. 2: with other
    /// names of options.
    /// </summary>
    public const int CurrentFormat = 2;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Everything that the course of the training depends on, in words.</summary>
    public required IReadOnlyDictionary<string, string> Fingerprint { get; init; }

    // The position, as TrainingState has it.
    public required int Epoch { get; init; }

    public required int BatchCount { get; init; }

    public required int StepCount { get; init; }

    public required EpochTotals Totals { get; init; }

    public required double Seconds { get; init; }

    public required double LearningRate { get; init; }

    public required IReadOnlyList<TrainingProgress> Epochs { get; init; }

    public required IReadOnlyList<FoundBadImage> BadImages { get; init; }

    public required IReadOnlyList<long> OptimizerSteps { get; init; }

    public required long AveragedSteps { get; init; }

    public required int? BestEpoch { get; init; }

    public required double? BestValue { get; init; }
}
