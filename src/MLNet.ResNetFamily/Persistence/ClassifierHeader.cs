using System.Text.Json.Serialization;

namespace MLNet.ResNetFamily;

/// <summary>The header of a saved classifier.</summary>
internal sealed record ClassifierHeader : SavedHeader
{
    /// <summary>Type of the values that the label's key stands for; null where it has none.</summary>
    public required string? LabelValueType { get; init; }

    public required IReadOnlyList<string> ClassNames { get; init; }

    public required string LabelColumnName { get; init; }

    public required string ScoreColumnName { get; init; }

    public required string PredictedLabelColumnName { get; init; }

    /// <summary>Whether the predicted label is text; not before format 3.</summary>
    public bool PredictedLabelIsText { get; init; }

    /// <summary>
    /// From which probability on an image gets the label of each class; null where it gets one. Not before format 6.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<float>? Thresholds { get; init; }

    /// <inheritdoc/>
    protected override int NeededFormat => Thresholds is null ? base.NeededFormat : CurrentFormat;

    public int TopK { get; init; }

    public bool Heatmap { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override ScoringOptions Scoring
    {
        get => base.Scoring with { TopK = TopK, Heatmap = Heatmap };
        init => (base.Scoring, TopK, Heatmap) = (value, value.TopK, value.Heatmap);
    }

    /// <summary>How the training went; null for an imported classifier, and in format 1.</summary>
    public SavedHistory? History { get; init; }
}
