namespace MLNet.ResNetFamily;

/// <summary>A figure that says how good an epoch was.</summary>
public enum TrainingMetric
{
    /// <summary>Share of the validation images classified rightly; more is better.</summary>
    ValidationAccuracy,

    /// <summary>Mean cross entropy over the validation images; less is better.</summary>
    ValidationLoss,

    /// <summary>
    /// Share of the validation images whose class is among the five most probable ones; more is better. For images that show one class.
    /// </summary>
    ValidationTop5Accuracy,

    /// <summary>Mean over the classes of F1 on the validation images; more is better.</summary>
    ValidationMacroF1,

    /// <summary>Mean of the loss over the training images; less is better.</summary>
    TrainLoss,

    /// <summary>
    /// Mean over the classes of average precision on the validation images; more is better. For images that may show several classes.
    /// </summary>
    ValidationMeanAveragePrecision,
}
