namespace MLNet.ResNetFamily;

/// <summary>Names of the columns that a classifier reads and adds.</summary>
internal sealed record ImageClassifierColumns
{
    public string Label { get; init; } = "Label";

    public string Image { get; init; } = "Image";

    public string Score { get; init; } = "Score";

    public string PredictedLabel { get; init; } = "PredictedLabel";
}
