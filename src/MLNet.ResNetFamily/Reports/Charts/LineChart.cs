using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>Lines over the epochs of a training.</summary>
internal static class LineChart
{
    /// <summary>The chart.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="yAxis">Name of the vertical axis, with its unit.</param>
    /// <param name="range">Ends of the vertical axis; null for one from 0 to a round number above all values.</param>
    /// <param name="lines">One value for each epoch, or null where there is none; lines without any are left out.</param>
    public static Html Draw(
        string title, string yAxis, (double Low, double High)? range, params (string Name, IReadOnlyList<double?> Values)[] lines)
    {
        var shown = lines.Where(line => line.Values.Any(value => value is not null)).ToList();
        return SvgChart.Draw(
            new(title, "epoch", yAxis, [.. shown.Select(
                line => new ChartSeries(
                    line.Name, ChartMark.Line, [.. line.Values.Select((value, i) => new ChartPoint(i + 1, value ?? double.NaN))]))])
        {
            Size = (380, 260),
            Description = Description(title, shown),
            StartsAtZero = true,
            XRange = shown.Max(line => line.Values.Count) is > 1 and var epochs ? (1, epochs) : (0, 2),
            YRange = range,
        });
    }

    private static string Description(string title, IEnumerable<(string Name, IReadOnlyList<double?> Values)> lines) =>
        title + ". " + string.Join(
        ' ', lines.Select(
            line => string.Create(
                CultureInfo.InvariantCulture,
                $"{line.Name}: from {line.Values.First(v => v is not null):G3} to {line.Values.Last(v => v is not null):G3}.")));
}
