using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.VisualBasic.FileIO;

namespace MLNet.ResNetFamily;

/// <summary>
/// A text file that lists images, each in a line of its own, which is read line by line. Its first line names the columns; fields are
/// parted by commas, in .tsv and .tab files by tabs, and may stand in double quotes. A .txt file has nothing but a path a line. Paths
/// begin at the file's folder, unless they are absolute.
/// </summary>
internal static class ImageManifest
{
    // Where a double quote is never closed, the rest of the file is not read as one line.
    private const int LongestLine = 1 << 20;

    private const string PathColumn = "ImagePath", LabelColumn = "Label", PathsAlone = ".txt";

    /// <summary>Whether a path is named like a manifest, and is no folder.</summary>
    public static bool Is(string path) => Extension(path) is ".csv" or ".tsv" or ".tab" or PathsAlone && !Directory.Exists(path);

    /// <summary>The images and their labels as data; no image is opened.</summary>
    /// <param name="catalog">Makes the data.</param>
    /// <param name="path">The file.</param>
    /// <param name="labelSeparator">What parts the labels of an image; null where each has one.</param>
    /// <param name="imagePathColumnName">The column of the paths.</param>
    /// <param name="labelColumnName">The column of the labels.</param>
    /// <exception cref="ArgumentException">There is no such file, or it has no labels.</exception>
    /// <exception cref="InvalidDataException">The file lacks a column or rows, or a line cannot be read.</exception>
    public static IDataView Load(
        DataOperationsCatalog catalog, string path, char? labelSeparator, string imagePathColumnName, string labelColumnName)
    {
        var rows = Read(path, imagePathColumnName, labelColumnName);
        var data = labelSeparator is { } separator
            ? catalog.LoadFromEnumerable(OneLineAnImage(path, rows, separator)
                .Select(row => new SeveralLabels { ImagePath = row.ImagePath, Label = LabelsIn(row.Label, separator) }).ToList())
            : catalog.LoadFromEnumerable(rows.Select(row => new OneLabel { ImagePath = row.ImagePath, Label = row.Label }).ToList());
        return data.GetRowCount() > 0 ? data : throw new InvalidDataException(
            $"'{path}' names no image. Give each image a line below the first.");
    }

    /// <summary>The lines, read while they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="imagePathColumnName">The column of the paths, in upper or lower case.</param>
    /// <param name="labelColumnName">The column of the labels; null where none are needed.</param>
    /// <exception cref="ArgumentException">There is no such file, or it has no labels although they are needed.</exception>
    /// <exception cref="InvalidDataException">A column is missing; while reading: a line cannot be read.</exception>
    public static IEnumerable<Row> Read(string path, string imagePathColumnName = PathColumn, string? labelColumnName = LabelColumn)
    {
        if (!File.Exists(path))
        {
            var found = Directory.Exists(path) ? "is a folder" : "does not exist";
            throw new ArgumentException($"'{path}' {found}, but a manifest was expected, a text file that lists images.", nameof(path));
        }
        var folder = Path.GetDirectoryName(path)!;
        if (Extension(path) == PathsAlone)
        {
            return labelColumnName is null
                ? File.ReadLines(path).Index().Where(line => line.Item.Length > 0)
                    .Select(line => new Row(line.Index + 1, Path.Combine(folder, line.Item), ""))
                : throw new ArgumentException(
                    $"'{path}' lists images without labels, but these are needed. Give a .csv or .tsv with the columns " +
                    $"'{imagePathColumnName}' and '{labelColumnName}'.", nameof(path));
        }
        var header = Lines(path).FirstOrDefault().Fields ?? throw new InvalidDataException(
            $"'{path}' is empty. Give its first line the names of the columns, '{PathColumn},{LabelColumn}' for instance.");
        var (image, label) = (PlaceOf(imagePathColumnName), labelColumnName is null ? -1 : PlaceOf(labelColumnName));
        string[] missing = [.. new[] { (image, imagePathColumnName), (label, labelColumnName) }
            .Where(column => column is (< 0, not null)).Select(column => column.Item2!)];
        return missing.Length == 0 ? Lines(path).Skip(1).Select(RowOf) : throw new InvalidDataException(
            $"'{path}' has no column {ListText.Quoted(missing)}; its first line names {ListText.Quoted(header)}. Correct that line, or " +
            "choose other columns where the manifest is loaded in code.");

        // Of two that differ in case alone, the one that is written as asked for.
        int PlaceOf(string column) => Array.IndexOf(header, column) is var place and >= 0
            ? place
            : Array.FindIndex(header, name => name.Equals(column, StringComparison.OrdinalIgnoreCase));

        Row RowOf((long Number, string[] Fields) line)
        {
            var (number, fields) = line;
            if (fields.Length != header.Length)
            {
                throw new InvalidDataException(
                    $"'{path}', line {number}: there are {fields.Length} fields, but the first line names {header.Length} columns. " +
                    "Correct the line, or put a field that holds the separator into double quotes.");
            }
            return fields[image].Length > 0
                ? new(number, Path.Combine(folder, fields[image]), label < 0 ? "" : fields[label])
                : throw new InvalidDataException(
                    $"'{path}', line {number}: column '{header[image]}' is empty. Fill it, or leave the line out.");
        }
    }

    /// <summary>
    /// The same rows. Files with a line for each label exist too, and would say that the other labels of the image are not there.
    /// </summary>
    /// <exception cref="InvalidDataException">While reading: an image has a second line.</exception>
    public static IEnumerable<Row> OneLineAnImage(string path, IEnumerable<Row> rows, char separator)
    {
        // Millions of paths would take more memory than their hashes.
        var lines = new Dictionary<UInt128, long>();
        foreach (var row in rows)
        {
            var hash = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(row.ImagePath.AsSpan()));
            if (!lines.TryAdd(hash, row.Line))
            {
                throw new InvalidDataException(
                    $"'{path}', line {row.Line}: '{row.ImagePath}' stands in line {lines[hash]} already. Give each " +
                    $"image one line with all of its labels, parted by '{separator}'.");
            }
            yield return row;
        }
    }

    /// <summary>The labels in a field.</summary>
    public static string[] LabelsIn(string field, char separator) =>
        field.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<(long Number, string[] Fields)> Lines(string path)
    {
        var separator = Extension(path) is ".tsv" or ".tab" ? '\t' : ',';
        using var reader = File.OpenText(path);
        var number = 0L;
        while (reader.ReadLine() is { } line)
        {
            var first = ++number;
            // A field in double quotes may go on in the next line.
            for (; line.AsSpan().Count('"') % 2 == 1 && line.Length < LongestLine && reader.ReadLine() is { } next; number++)
                line += '\n' + next;
            // The parser takes ten times as long, and is for quotes alone.
            if (line.Contains('"'))
                yield return (first, Quoted(path, first, line, separator));
            else if (!string.IsNullOrWhiteSpace(line))
                yield return (first, line.Split(separator, StringSplitOptions.TrimEntries));
        }
    }

    private static string[] Quoted(string path, long number, string line, char separator)
    {
        // Of spaces behind the last quote the parser makes another field.
        using var parser = new TextFieldParser(new StringReader(line.TrimEnd(' '))) { TextFieldType = FieldType.Delimited };
        parser.SetDelimiters($"{separator}");
        try
        {
            return parser.ReadFields()!;
        }
        catch (MalformedLineException error)
        {
            throw new InvalidDataException(
                $"'{path}', line {number}: a double quote is open or stands in the middle of a field. Write it twice inside of a quoted " +
                "field.", error);
        }
    }

    private static string Extension(string path) => Path.GetExtension(path).ToLowerInvariant();

    /// <summary>An image.</summary>
    /// <param name="Line">Number of its line, from 1.</param>
    /// <param name="ImagePath">Where it is.</param>
    /// <param name="Label">Its label or labels, as they stand there; empty where none were asked for.</param>
    public readonly record struct Row(long Line, string ImagePath, string Label);

    private sealed class OneLabel
    {
        public string ImagePath { get; init; } = "";

        public string Label { get; init; } = "";
    }

    private sealed class SeveralLabels
    {
        public string ImagePath { get; init; } = "";

        public string[] Label { get; init; } = [];
    }
}
