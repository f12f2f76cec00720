namespace MLNet.ResNetFamily;

/// <summary>Points of one kind.</summary>
/// <param name="Name">What the legend calls them.</param>
/// <param name="Mark">How they are drawn.</param>
/// <param name="Points">The points; those that are not finite are left out.</param>
internal sealed record ChartSeries(string Name, ChartMark Mark, IReadOnlyList<ChartPoint> Points);
