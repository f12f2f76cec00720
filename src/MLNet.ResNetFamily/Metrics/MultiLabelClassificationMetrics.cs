namespace MLNet.ResNetFamily;

/// <summary>
/// How well a classifier labels images that may show several classes. Every figure is scikit-learn's: micro figures count all decisions
/// alike, macro figures are means over all classes, those that no image shows with 0.
/// </summary>
public sealed record MultiLabelClassificationMetrics
{
    /// <summary>Images that were measured; those that could not be read are left out.</summary>
    public required long ImageCount { get; init; }

    /// <summary>Each class by itself, in the order of the scores.</summary>
    public required IReadOnlyList<MultiLabelClassMetrics> PerClass { get; init; }

    /// <summary>F1 over all decisions together, 0 to 1.</summary>
    public required double MicroF1 { get; init; }

    /// <summary>Mean of F1 over the classes, 0 to 1.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Average precision over the probabilities of all classes together, 0 to 1.</summary>
    public required double MicroAveragePrecision { get; init; }

    /// <summary>Mean of average precision over the classes (mAP), 0 to 1.</summary>
    public required double MacroAveragePrecision { get; init; }

    /// <summary>Share of the images whose labels are all right, 0 to 1.</summary>
    public required double SubsetAccuracy { get; init; }

    /// <summary>Share of wrong decisions, of which there is one for each image and class; 0 to 1.</summary>
    public required double HammingLoss { get; init; }
}
