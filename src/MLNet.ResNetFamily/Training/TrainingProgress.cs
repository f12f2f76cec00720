namespace MLNet.ResNetFamily;

/// <summary>What one finished epoch of a training achieved.</summary>
public sealed record TrainingProgress
{
    /// <summary>Number of the epoch, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Number of epochs asked for.</summary>
    public required int EpochCount { get; init; }

    /// <summary>
    /// Mean of the loss over the training images, as each was met during the epoch: augmented, with label smoothing, and while the
    /// network still learned.
    /// </summary>
    public required double TrainLoss { get; init; }

    /// <summary>
    /// Share of the training images classified rightly, as each was met during the epoch; 0 to 1. Where an image may show several classes,
    /// all of them must be right at a threshold of 0.5, here as in <see cref="ValidationAccuracy"/> (subset accuracy).
    /// </summary>
    public required double TrainAccuracy { get; init; }

    /// <summary>
    /// Mean cross entropy over the validation images at the epoch's end, in nats; where an image may show several classes, the binary cross
    /// entropy, and the mean over the classes too. Null without validation images.
    /// </summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Share of the validation images classified rightly at the epoch's end, 0 to 1; null without validation images.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>
    /// Share of the validation images whose class is among the five most probable ones, 0 to 1; null without validation images, and where
    /// an image may show several classes.
    /// </summary>
    public double? ValidationTop5Accuracy { get; init; }

    /// <summary>
    /// Mean of F1 over the classes that were shown or predicted, 0 to 1, which counts rare classes like frequent ones; null without
    /// validation images. Where an image may show several classes, at a threshold of 0.5 and over all classes.
    /// </summary>
    public double? ValidationMacroF1 { get; init; }

    /// <summary>
    /// Where an image may show several classes: mean over the classes of average precision on the validation images
    /// (<see cref="MultiLabelClassificationMetrics.MacroAveragePrecision"/>), 0 to 1. Null without validation images, and where each image
    /// shows one class.
    /// </summary>
    public double? ValidationMeanAveragePrecision { get; init; }

    /// <summary>Learning rate of the epoch's last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>
    /// Training images per second, decoding and augmentation included, validation not; NaN in the history of a loaded model.
    /// </summary>
    public required double ImagesPerSecond { get; init; }

    /// <summary>Duration of the epoch in seconds, validation included; NaN in the history of a loaded model.</summary>
    public required double Seconds { get; init; }

    /// <summary>The images left out so far because they could not be read, and why.</summary>
    public IReadOnlyList<BadImage> BadImages { get; init; } = [];

    /// <summary>The figures in one line.</summary>
    /// <returns>For example <c>Epoch 3/30: loss 0.8120, accuracy 71.25 %; learning rate 0.02; 410.0 images/s; 12.3 s</c>.</returns>
    public override string ToString()
    {
        var validation = ValidationLoss is null
            ? ""
            : FormattableString.Invariant($"validation loss {ValidationLoss:F4}, accuracy {ValidationAccuracy:P2}; ");
        if (ValidationMeanAveragePrecision is { } precision)
            validation = FormattableString.Invariant($"validation loss {ValidationLoss:F4}, mean average precision {precision:P2}; ");
        return FormattableString.Invariant($"Epoch {Epoch}/{EpochCount}: loss {TrainLoss:F4}, accuracy {TrainAccuracy:P2}; ")
            + validation
            + FormattableString.Invariant($"learning rate {LearningRate:G3}; {ImagesPerSecond:F1} images/s; {Seconds:F1} s");
    }
}
