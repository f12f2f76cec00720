using System.Globalization;
using Microsoft.VisualBasic.FileIO;

namespace MLNet.ResNetFamily;

/// <summary>
/// The measurements of a study in a folder. Each is written to results.csv as soon as it is finished, so a run that was ended early goes
/// on where it was; settings.txt says of which run they are.
/// </summary>
internal sealed class StudyResults
{
    private const string Header = "series,name,x,draw,value";

    private readonly string _path;
    private readonly Dictionary<(string, string, double, int), StudyRow> _known = [];
    private readonly List<StudyRow> _rows = [];

    private StudyResults(string path) => _path = path;

    /// <summary>The measurements asked for so far, in the order in which they were asked for.</summary>
    public IReadOnlyList<StudyRow> Rows => _rows;

    /// <summary>Makes the folder, or takes up the measurements that it holds.</summary>
    /// <param name="folder">The study's folder.</param>
    /// <param name="settings">What the measurements depend on.</param>
    /// <exception cref="IOException">The folder holds the results of another run, or cannot be written to.</exception>
    /// <exception cref="InvalidDataException">results.csv is not what a study wrote.</exception>
    public static StudyResults Open(string folder, string settings)
    {
        Directory.CreateDirectory(folder);
        var settingsPath = Path.Combine(folder, "settings.txt");
        var results = new StudyResults(Path.Combine(folder, "results.csv"));
        if (File.Exists(settingsPath) && File.Exists(results._path))
        {
            var found = File.ReadAllText(settingsPath);
            if (found != settings)
            {
                throw new IOException(
                    $"'{folder}' holds the results of another run. Found: {found}; wanted: {settings}. " +
                    "Choose another folder, or delete this one.");
            }
            results.DropUnfinishedLine();
            results.Read();
        }
        else
        {
            File.WriteAllText(settingsPath, settings);
            File.WriteAllText(results._path, Header + "\n");
        }
        return results;
    }

    /// <summary>A measurement: the one that the folder holds, else a new one.</summary>
    public double Measure(string series, string name, double x, int draw, Func<double> measure)
    {
        if (!_known.TryGetValue((series, name, x, draw), out var row))
        {
            row = new(series, name, x, draw, measure());
            File.AppendAllText(_path, Line(row) + "\n");
            _known.Add((series, name, x, draw), row);
        }
        _rows.Add(row);
        return row.Value;
    }

    private static string Line(StudyRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"{Field(row.Series)},{Field(row.Name)},{row.X:R},{row.Draw},{row.Value:R}");

    private static string Field(string text) =>
        text.AsSpan().IndexOfAny(",\"\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A run that was killed may have left half a line; it is measured again.</summary>
    private void DropUnfinishedLine()
    {
        var text = File.ReadAllText(_path);
        if (!text.EndsWith('\n'))
            File.WriteAllText(_path, text[..(text.LastIndexOf('\n') + 1)]);
    }

    private void Read()
    {
        using var parser = new TextFieldParser(_path) { Delimiters = [","], HasFieldsEnclosedInQuotes = true };
        parser.ReadFields();
        while (!parser.EndOfData)
        {
            var line = parser.LineNumber;
            if (parser.ReadFields() is not [var series, var name, var xText, var drawText, var valueText]
                || !double.TryParse(xText, CultureInfo.InvariantCulture, out var x)
                || !int.TryParse(drawText, CultureInfo.InvariantCulture, out var draw)
                || !double.TryParse(valueText, CultureInfo.InvariantCulture, out var value))
            {
                throw new InvalidDataException(
                    $"'{_path}': line {line} is not of the form '{Header}'. Repair the line, or delete the file to measure again.");
            }
            _known[(series, name, x, draw)] = new(series, name, x, draw, value);
        }
    }
}
