namespace MLNet.ResNetFamily;

/// <summary>
/// A plot for notebooks and pages: its text is an svg element that stands alone or inside HTML, readable in light and dark. Notebooks of
/// .NET Interactive show it as an image. Immutable, so safe from several threads.
/// </summary>
[TypeFormatterSource(typeof(ChartFormatters))]
public sealed record Chart
{
    internal Chart(string title, string xAxis, string yAxis, IReadOnlyList<ChartSeries> series) =>
        (Title, XAxis, YAxis, Series) = (title, xAxis, yAxis, series);

    /// <summary>Lines over 1, 2, 3 ..., such as the epochs of trainings.</summary>
    /// <param name="title">What the plot shows.</param>
    /// <param name="xAxis">Name of the horizontal axis, with its unit.</param>
    /// <param name="yAxis">Name of the vertical axis, with its unit.</param>
    /// <param name="series">At most 6 lines: the name in the legend, and a value for each place; NaN where there is none.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more than 6 lines.</exception>
    public static Chart Line(string title, string xAxis, string yAxis, params (string Name, IEnumerable<double> Values)[] series) =>
        new(title, xAxis, yAxis, Each(series, line => new ChartSeries(
            line.Name, ChartMark.Line, [.. line.Values.Select((value, i) => new ChartPoint(i + 1, value))])));

    /// <summary>A bar for each of several things.</summary>
    /// <param name="title">What the plot shows.</param>
    /// <param name="xAxis">What the bars stand for.</param>
    /// <param name="yAxis">Name of the vertical axis, with its unit.</param>
    /// <param name="bars">The name under each bar, and its height.</param>
    public static Chart Bars(string title, string xAxis, string yAxis, params (string Name, double Value)[] bars) =>
        new(title, xAxis, yAxis, [new(yAxis, ChartMark.Bars, [.. bars.Select((bar, i) => new ChartPoint(i, bar.Value))])])
        {
            Categories = [.. bars.Select(bar => bar.Name)],
        };

    /// <summary>Symbols, with names beside those that have room for one.</summary>
    /// <param name="title">What the plot shows.</param>
    /// <param name="xAxis">Name of the horizontal axis, with its unit.</param>
    /// <param name="yAxis">Name of the vertical axis, with its unit.</param>
    /// <param name="series">At most 6 kinds of points: the name in the legend, and the points, each with its own name or null.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more than 6 kinds.</exception>
    public static Chart Points(
        string title, string xAxis, string yAxis, params (string Name, IEnumerable<(double X, double Y, string? Name)> Points)[] series) =>
        new(title, xAxis, yAxis, Each(series, kind => new ChartSeries(
            kind.Name, ChartMark.Points, [.. kind.Points.Select(point => new ChartPoint(point.X, point.Y, point.Name))])));

    internal string Title { get; }

    internal string XAxis { get; }

    internal string YAxis { get; }

    /// <summary>What is drawn, in this order.</summary>
    internal IReadOnlyList<ChartSeries> Series { get; }

    /// <summary>
    /// Width and height in units of which a letter takes twelve; small, so that letters can be read, where several plots stand side by
    /// side.
    /// </summary>
    internal (int Width, int Height) Size { get; init; } = (680, 400);

    /// <summary>What the plot shows, for those who do not see it; null for its title.</summary>
    internal string? Description { get; init; }

    /// <summary>Names of the places 0, 1, 2 ... of the horizontal axis; null for an axis of numbers.</summary>
    internal IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Whether the vertical axis is logarithmic; values of 0 or less are then left out.</summary>
    internal bool IsLogarithmic { get; init; }

    /// <summary>Whether the vertical axis reaches 0, as it does with bars.</summary>
    internal bool StartsAtZero { get; init; }

    /// <summary>Smallest and largest value of the horizontal axis; null for what the points need.</summary>
    internal (double Low, double High)? XRange { get; init; }

    /// <summary>Smallest and largest value of the vertical axis; null for what the points need.</summary>
    internal (double Low, double High)? YRange { get; init; }

    /// <summary>A dashed horizontal line to compare with, and what it is; null for none.</summary>
    internal (double Y, string Name)? Reference { get; init; }

    /// <summary>The plot as an svg element.</summary>
    public override string ToString() => SvgChart.Render(this);

    private static List<ChartSeries> Each<T>(T[] series, Func<T, ChartSeries> draw)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(series.Length, SvgChart.KindCount, nameof(series));
        return [.. series.Select(draw)];
    }
}
