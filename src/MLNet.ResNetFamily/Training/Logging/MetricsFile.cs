using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>
/// A table of epochs as comma-separated values: a header, then a line for each epoch; empty where a figure was not measured.
/// </summary>
internal sealed class MetricsFile(string path)
{
    /// <summary>Adds an epoch. The first one begins the file anew; a later one, after a resumed training, goes on with it.</summary>
    public void Add(TrainingProgress epoch)
    {
        if (epoch.Epoch == 1 || !File.Exists(path))
            File.WriteAllText(path, Line(LoggedMetric.All.Select(metric => metric.Column).Prepend("epoch")));
        File.AppendAllText(path, Line(LoggedMetric.All
            .Select(metric => metric.Of(epoch)?.ToString("R", CultureInfo.InvariantCulture) ?? "")
            .Prepend(epoch.Epoch.ToString(CultureInfo.InvariantCulture))));
    }

    private static string Line(IEnumerable<string> cells) => string.Join(',', cells) + "\n";
}
