namespace MLNet.ResNetFamily;

/// <summary>A scored image as a report shows it.</summary>
/// <param name="Origin">Its path, or the row that it came from.</param>
/// <param name="Label">Name of the true class.</param>
/// <param name="Predicted">Name of the most probable class.</param>
/// <param name="Confidence">Probability of the most probable class.</param>
/// <param name="LabelProbability">Probability of the true class.</param>
/// <param name="Image">The image, small.</param>
/// <param name="Overlay">The same under its heatmap for the most probable class; null where nothing explains it.</param>
internal sealed record ExplainedImage(
    string Origin, string Label, string Predicted, float Confidence, float LabelProbability, Thumbnail Image, Thumbnail? Overlay);
