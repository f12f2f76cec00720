using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>Lines over the epochs of a training.</summary>
internal static class LineChart
{
    /// <summary>The chart with its legend.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="unit">Name of the upward axis, with unit.</param>
    /// <param name="up">The upward axis; null for one from 0 to a round number above all values.</param>
    /// <param name="lines">One value for each epoch, or null where there is none; lines without any are left out.</param>
    public static Html Draw(string title, string unit, ChartAxis? up, params (string Name, IReadOnlyList<double?> Values)[] lines)
    {
        var shown = lines.Where(line => line.Values.Any(value => value is not null)).ToList();
        var epochs = shown.Max(line => line.Values.Count);
        var frame = new ChartFrame(
            new("epoch", epochs == 1 ? 0 : 1, epochs == 1 ? 2 : epochs, "0", SmallestStep: 1),
            up ?? ChartAxis.FromZero(unit, shown.SelectMany(line => line.Values.OfType<double>())));
        return Html.Of($"""
            <figure class="chart">
            <figcaption>{title}</figcaption>
            {(shown.Count > 1 ? Legend(shown.Select(line => line.Name)) : Html.Empty)}
            {frame.Draw(Description(title, shown), Html.Each(shown.Select((line, i) => (line.Values, i)), line => Line(frame, line.Values, line.i)))}
            </figure>
            """);
    }

    private static Html Legend(IEnumerable<string> names) => Html.Of($"""
        <ul class="legend">{Html.Each(names.Select((name, i) => (name, i)), entry => Html.Of($"""<li class="series{entry.i}">{entry.name}</li>"""))}</ul>
        """);

    private static Html Line(ChartFrame frame, IReadOnlyList<double?> values, int number)
    {
        var points = values.Select((value, i) => (X: frame.X(i + 1), Y: value is { } there && double.IsFinite(there) ? frame.Y(there) : double.NaN)).Where(point => !double.IsNaN(point.Y)).ToList();
        var path = string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:F1},{point.Y:F1}")));
        return Html.Of($"""
            <polyline class="series{number}" points="{path}"/>
            {(points.Count <= 40 ? Html.Each(points, point => Html.Of($"""<circle class="series{number}" cx="{point.X:F1}" cy="{point.Y:F1}" r="2.6"/>""")) : Html.Empty)}
            """);
    }

    private static string Description(string title, IEnumerable<(string Name, IReadOnlyList<double?> Values)> lines) => title + ". " + string.Join(
        ' ', lines.Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Name}: from {line.Values.First(v => v is not null):G3} to {line.Values.Last(v => v is not null):G3}.")));
}
