using System.Text.Json.Serialization;

namespace MLNet.ResNetFamily.Cli;

/// <summary>What a model answered for one image: a line of results. What does not apply is null, and left out of the line.</summary>
/// <param name="Row">Number of the image in the input, from 0.</param>
/// <param name="Path">The file.</param>
internal sealed record ScoredImage(long Row, string Path)
{
    /// <summary>Length of the file; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Bytes { get; init; }

    /// <summary>The most probable classes, the first one first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Prediction>? Predictions { get; init; }

    /// <summary>Where an image may get several labels: those whose probability reaches their threshold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The true class; where there may be several, all of them, parted as in the manifest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Label { get; init; }

    /// <summary>The most probable class of an image with a label; where there may be several, those that reach their threshold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Predicted { get; init; }

    /// <summary>Probability of the most probable class.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? Confidence { get; init; }

    /// <summary>Probability of the true class.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? LabelProbability { get; init; }

    /// <summary>How many classes are more probable than the true one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LabelRank { get; init; }

    /// <summary>Probability of each class, of an image with labels where there may be several.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<float>? Scores { get; init; }

    /// <summary>Why the image could not be read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}
