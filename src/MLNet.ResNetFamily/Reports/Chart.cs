namespace MLNet.ResNetFamily;

/// <summary>A plot as data: named axes and series. <see cref="SvgChart"/> draws it.</summary>
/// <param name="Title">What the plot shows.</param>
/// <param name="XAxis">Name of the horizontal axis, with its unit.</param>
/// <param name="YAxis">Name of the vertical axis, with its unit.</param>
/// <param name="Series">What is drawn, in this order.</param>
internal sealed record Chart(string Title, string XAxis, string YAxis, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>Names of the places 0, 1, 2 ... of the horizontal axis; null for an axis of numbers.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Whether the vertical axis is logarithmic; values of 0 or less are then left out.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Smallest and largest value of the vertical axis; null for what the points need.</summary>
    public (double Low, double High)? YRange { get; init; }

    /// <summary>A dashed horizontal line to compare with, and what it is; null for none.</summary>
    public (double Y, string Name)? Reference { get; init; }
}

/// <summary>How the points of a series are drawn.</summary>
internal enum ChartMark
{
    /// <summary>A line through the points, with their spread as a band where it is known.</summary>
    Line,

    /// <summary>Symbols.</summary>
    Points,

    /// <summary>Bars from 0, or from the axis where it does not reach 0.</summary>
    Bars,
}

/// <summary>Points of one kind.</summary>
/// <param name="Name">What the legend calls them.</param>
/// <param name="Mark">How they are drawn.</param>
/// <param name="Points">The points; those that are not finite are left out.</param>
internal sealed record ChartSeries(string Name, ChartMark Mark, IReadOnlyList<ChartPoint> Points);

/// <summary>A point of a plot.</summary>
/// <param name="X">Its place on the horizontal axis.</param>
/// <param name="Y">Its value.</param>
/// <param name="Label">A name to be written beside it; null for none.</param>
/// <param name="Low">Lower end of its spread; null for none.</param>
/// <param name="High">Upper end of its spread; null for none.</param>
internal sealed record ChartPoint(double X, double Y, string? Label = null, double? Low = null, double? High = null);
