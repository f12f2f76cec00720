namespace MLNet.ResNetFamily;

/// <summary>A plot of a study's measurements, and the name of its file.</summary>
/// <param name="FileName">Name without extension.</param>
/// <param name="Chart">The plot.</param>
internal sealed record StudyChart(string FileName, Chart Chart)
{
    /// <summary>A bar for each case of a series: the mean of its repetitions, with their spread.</summary>
    public static StudyChart Bars(
        string fileName, string title, string x, string y, IReadOnlyList<StudyRow> rows, string series, bool percent = false,
        double? reference = null)
    {
        var cases = rows.Where(row => row.Series == series).GroupBy(row => (row.X, row.Name)).OrderBy(group => group.Key.X).ToList();
        var scale = percent ? 100 : 1;
        var areNumbers = cases.All(group => group.Key.Name.Length == 0);
        var points = cases.Select((group, index) => Mean(group, areNumbers ? group.Key.X : index, scale)).ToList();
        return new(fileName, new(title, x, y, [new(series, ChartMark.Bars, points)])
        {
            Categories = areNumbers ? null : [.. cases.Select(group => group.Key.Name)],
            Reference = reference is { } whole ? (whole * scale, "whole network") : null,
        });
    }

    /// <summary>A line through the means of the repetitions, with their spread.</summary>
    public static StudyChart Spread(
        string fileName, string title, string x, string y, IReadOnlyList<StudyRow> rows, IReadOnlyList<string> series, bool percent = false,
        bool logarithmic = false) =>
        new(fileName, new(title, x, y, [.. series.Select(name => new ChartSeries(name, ChartMark.Line,
            [.. rows.Where(row => row.Series == name).GroupBy(row => row.X).OrderBy(group => group.Key)
                .Select(group => Mean(group, group.Key, percent ? 100 : 1))]))])
        {
            IsLogarithmic = logarithmic,
        });

    /// <summary>Every measurement as a point.</summary>
    public static StudyChart Points(
        string fileName, string title, string x, string y, IReadOnlyList<StudyRow> rows, IReadOnlyList<string> series, bool percent = false,
        bool named = false) =>
        new(fileName, new(
            title, x, y,
            [.. series.Where(name => rows.Any(row => row.Series == name)).Select(name => new ChartSeries(name, ChartMark.Points,
            [.. rows.Where(row => row.Series == name)
                .Select(row => new ChartPoint(row.X, row.Value * (percent ? 100 : 1), named ? row.Name : null))]))]));

    private static ChartPoint Mean(IEnumerable<StudyRow> rows, double x, double scale)
    {
        double[] values = [.. rows.Select(row => row.Value * scale)];
        return new(x, values.Average(), null, values.Min(), values.Max());
    }
}
