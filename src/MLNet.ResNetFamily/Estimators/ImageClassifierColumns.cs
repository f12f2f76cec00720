namespace MLNet.ResNetFamily;

/// <summary>Names of the columns that a classifier reads and adds.</summary>
internal sealed record ImageClassifierColumns
{
    /// <summary>What speaks for the predicted class, where it is asked for.</summary>
    public const string Heatmap = "Heatmap";

    /// <summary>The names of the most probable classes, where they are asked for.</summary>
    public const string TopLabels = "TopLabels";

    /// <summary>Their probabilities.</summary>
    public const string TopProbabilities = "TopProbabilities";

    public string Label { get; init; } = "Label";

    public string Image { get; init; } = "Image";

    public string Score { get; init; } = "Score";

    public string PredictedLabel { get; init; } = "PredictedLabel";
}
