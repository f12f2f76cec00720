namespace MLNet.ResNetFamily;

/// <summary>An image and one label as a report shows them.</summary>
/// <param name="Origin">Path of the image, or the row that it came from.</param>
/// <param name="Label">Name of the label.</param>
/// <param name="Shown">Names of the labels that the image has.</param>
/// <param name="Probability">Probability of the label.</param>
/// <param name="Threshold">From which probability on the label is given.</param>
/// <param name="Image">The image, small.</param>
/// <param name="Overlay">The same under its heatmap for the label; null where nothing explains it.</param>
internal sealed record ExplainedLabel(
    string Origin, string Label, IReadOnlyList<string> Shown, float Probability, float Threshold, Thumbnail Image, Thumbnail? Overlay)
{
    /// <summary>Whether the label is rightly given or rightly not.</summary>
    public bool IsRight => Shown.Contains(Label) == Probability >= Threshold;
}
