namespace MLNet.ResNetFamily;

/// <summary>Refuses a training that cannot work, before any of its work.</summary>
internal static class TrainingCheck
{
    /// <param name="options">How to train.</param>
    /// <param name="train">Images to learn from.</param>
    /// <param name="validation">Images to measure with, or null.</param>
    /// <exception cref="ArgumentException">An option or a set of images cannot work.</exception>
    public static void Require(TrainingOptions options, TrainingImages train, TrainingImages? validation)
    {
        options.Validate();
        train.Validate();
        validation?.Validate();
        if (train.ShownClassCount < 2)
        {
            throw new ArgumentException(
                $"The {train.Items.Count} training images show {train.ShownClassCount} classes, but a classifier needs at least 2. " +
                "Add images of another class.");
        }
        if (train.Items.Count < options.ProcessCount)
        {
            throw new ArgumentException(
                $"There are {train.Items.Count} training images, but option 'Distributed' has {options.ProcessCount} processes, and each " +
                "needs at least one. Start fewer processes, or train on more images.", nameof(TrainingOptions.Distributed));
        }
        var isMultiLabel = train.LabelSets is not null;
        var unmeasured = isMultiLabel ? TrainingMetric.ValidationTop5Accuracy : TrainingMetric.ValidationMeanAveragePrecision;
        if (options.BestMetric == unmeasured)
        {
            throw new ArgumentException(
                $"Option 'BestMetric' is {options.BestMetric}, which is not measured where an image shows " + (isMultiLabel
                    ? "several classes. Set it to ValidationMeanAveragePrecision."
                    : "one class. Set it to ValidationAccuracy."), nameof(TrainingOptions.BestMetric));
        }
        if (options.Patience is not null && validation is null && options.BestMetric != TrainingMetric.TrainLoss)
        {
            throw new ArgumentException(
                $"Option 'Patience' waits for a better {options.BestMetric}, but there are no validation images. " +
                "Set 'ValidationSet' or 'ValidationSetFraction', or 'BestMetric' to TrainLoss.", nameof(TrainingOptions.Patience));
        }
    }
}
