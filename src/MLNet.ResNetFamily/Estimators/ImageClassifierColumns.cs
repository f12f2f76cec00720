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

    /// <summary>Null for the column that is found by itself.</summary>
    public string? Image { get; init; }

    public string Score { get; init; } = "Score";

    public string PredictedLabel { get; init; } = "PredictedLabel";

    /// <summary>Whether the most probable class is given by its name, as the label of the training data was, and not as a key.</summary>
    public bool PredictedLabelIsText { get; init; }
}
