using static MLNet.ResNetFamily.OptionCheck;

namespace MLNet.ResNetFamily;

// What keeps a long training from losing work: the average of the weights, the best epoch, checkpoints.
public partial record TrainingOptions
{
    /// <summary>
    /// Part of a running average of the weights that is kept at each step. The average is what is validated and saved; the training itself
    /// goes on with the weights. Above 0 and below 1, 0.999 for instance, smaller at first so that the average keeps up: (1 + n) / (10 + n)
    /// after n steps. Null, the default, means no average. Polyak and Juditsky (1992), https://doi.org/10.1137/0330046.
    /// </summary>
    public double? EmaDecay { get; init; }

    /// <summary>Which figure says what the best epoch is. <see cref="TrainingMetric.ValidationAccuracy"/> by default.</summary>
    public TrainingMetric BestMetric { get; init; } = TrainingMetric.ValidationAccuracy;

    /// <summary>
    /// Epochs without a better <see cref="BestMetric"/> after which the training ends early; the model is then that of the best epoch, and
    /// also when the training runs to its end. With <see cref="FineTuneKind.Gradual"/> it counts from the second phase on. At least 1;
    /// null, the default, trains all epochs and takes the last. Needs validation data unless <see cref="BestMetric"/> is of the training.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>
    /// Folder where the state of the training is kept, so that <see cref="Resume"/> can go on after a crash; it is made where it is
    /// missing. Each training needs its own. Null, the default, keeps nothing.
    /// </summary>
    public string? CheckpointDirectory { get; init; }

    /// <summary>Epochs from one checkpoint to the next. At least 1; 1 by default.</summary>
    public int CheckpointEpochs { get; init; } = 1;

    /// <summary>
    /// Time from one checkpoint to the next within an epoch; zero means after every step. At least zero; 10 minutes by default; null keeps
    /// checkpoints at the ends of epochs only.
    /// </summary>
    public TimeSpan? CheckpointInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Newest checkpoints that are kept. At least 1; 2 by default.</summary>
    public int CheckpointCount { get; init; } = 2;

    /// <summary>
    /// Whether the training goes on from the newest checkpoint in <see cref="CheckpointDirectory"/>, and begins anew where there is none.
    /// On the processor the result is that of a training that was never interrupted, to the bit. A checkpoint of other options or of other
    /// data is refused. False by default: then the folder must hold no checkpoint.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Names of the options that say where and how the work is done, not what comes out: a training may be resumed with others.
    /// </summary>
    internal virtual IReadOnlySet<string> IndifferentOptions { get; } = new HashSet<string>
    {
        // The number of processes has a place of its own.
        nameof(Distributed),
        nameof(Threads), nameof(Device), nameof(OnBadImage), nameof(Progress), nameof(StepProgress), nameof(CancellationToken),
        nameof(CheckpointDirectory),
        nameof(CheckpointEpochs), nameof(CheckpointInterval), nameof(CheckpointCount), nameof(Resume),
        nameof(FeatureCacheDirectory), nameof(ImageCacheBytes), nameof(LogDirectory), nameof(LogWeightHistograms),
    };

    private void ValidateCheckpointing()
    {
        Require(EmaDecay is null or (> 0 and < 1), nameof(EmaDecay), EmaDecay, "above 0 and below 1, 0.999 for instance, or null");
        Require(Enum.IsDefined(BestMetric), nameof(BestMetric), BestMetric, $"one of {Names<TrainingMetric>()}");
        Require(Patience is null or >= 1, nameof(Patience), Patience, "at least 1, or null");
        Require(
            CheckpointDirectory is null || !string.IsNullOrWhiteSpace(CheckpointDirectory), nameof(CheckpointDirectory),
            $"'{CheckpointDirectory}'", "the path of a folder, or null");
        Require(CheckpointEpochs >= 1, nameof(CheckpointEpochs), CheckpointEpochs, "at least 1");
        Require(
            CheckpointInterval is null || CheckpointInterval >= TimeSpan.Zero, nameof(CheckpointInterval), CheckpointInterval,
            "at least zero, or null");
        Require(CheckpointCount >= 1, nameof(CheckpointCount), CheckpointCount, "at least 1");
        Require(!Resume || CheckpointDirectory is not null, nameof(Resume), Resume, "false unless 'CheckpointDirectory' names a folder");
    }
}
