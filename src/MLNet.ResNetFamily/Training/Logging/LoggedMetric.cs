namespace MLNet.ResNetFamily;

/// <summary>A figure of every epoch.</summary>
/// <param name="Column">Its column in metrics.csv.</param>
/// <param name="Tag">Its name in TensorBoard; those with the same part before the slash are shown together.</param>
/// <param name="Of">Takes it from an epoch; null where it was not measured.</param>
internal sealed record LoggedMetric(string Column, string Tag, Func<TrainingProgress, double?> Of)
{
    /// <summary>All of them, in the order of the columns.</summary>
    public static IReadOnlyList<LoggedMetric> All { get; } =
    [
        new("trainLoss", "loss/train", epoch => epoch.TrainLoss),
        new("trainAccuracy", "accuracy/train", epoch => epoch.TrainAccuracy),
        new("validationLoss", "loss/validation", epoch => epoch.ValidationLoss),
        new("validationAccuracy", "accuracy/validation", epoch => epoch.ValidationAccuracy),
        new("learningRate", "learning_rate", epoch => epoch.LearningRate),
        new("imagesPerSecond", "speed/images_per_second", epoch => epoch.ImagesPerSecond),
        new("seconds", "speed/seconds", epoch => epoch.Seconds),
        new("validationMeanAveragePrecision", "mean_average_precision/validation", epoch => epoch.ValidationMeanAveragePrecision),
    ];
}
