namespace MLNet.ResNetFamily;

/// <summary>A point of a plot.</summary>
/// <param name="X">Its place on the horizontal axis.</param>
/// <param name="Y">Its value.</param>
/// <param name="Label">A name to be written beside it; null for none.</param>
/// <param name="Low">Lower end of its spread; null for none.</param>
/// <param name="High">Upper end of its spread; null for none.</param>
internal sealed record ChartPoint(double X, double Y, string? Label = null, double? Low = null, double? High = null);
