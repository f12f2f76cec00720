using Microsoft.ML;
using Microsoft.VisualBasic.FileIO;

namespace MLNet.ResNetFamily;

/// <summary>
/// A table of images and their labels: a text file whose first line names the columns and whose others each stand for an image. Fields are
/// parted by commas, in .tsv and .tab files by tabs, and may stand in double quotes.
/// </summary>
internal static class ImageManifest
{
    /// <summary>Reads the table; no image is opened.</summary>
    /// <param name="catalog">Makes the data.</param>
    /// <param name="path">The file; paths in it begin at its folder, unless they are absolute.</param>
    /// <param name="labelSeparator">What parts the labels of an image; null where each has one.</param>
    /// <param name="imagePathColumnName">The column of the paths.</param>
    /// <param name="labelColumnName">The column of the labels.</param>
    /// <exception cref="ArgumentException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The table lacks a column or rows, or a line cannot be read.</exception>
    public static IDataView Load(
        DataOperationsCatalog catalog, string path, char? labelSeparator, string imagePathColumnName, string labelColumnName)
    {
        if (!File.Exists(path))
        {
            var found = Directory.Exists(path) ? "is a folder" : "does not exist";
            throw new ArgumentException($"'{path}' {found}, but a manifest, a text file of images and labels, was expected.", nameof(path));
        }
        var rows = Read(path, imagePathColumnName, labelColumnName);
        if (labelSeparator is not { } separator)
            return catalog.LoadFromEnumerable(rows.Select(row => new OneLabel { ImagePath = row.ImagePath, Label = row.Labels }).ToList());
        RequireOneLineAnImage(path, rows, separator);
        return catalog.LoadFromEnumerable(rows.Select(row => new SeveralLabels
        {
            ImagePath = row.ImagePath,
            Label = row.Labels.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        }).ToList());
    }

    private static List<Line> Read(string path, string imagePathColumnName, string labelColumnName)
    {
        var folder = Path.GetDirectoryName(path)!;
        using var parser = new TextFieldParser(path) { TextFieldType = FieldType.Delimited };
        parser.SetDelimiters(Path.GetExtension(path).ToUpperInvariant() is ".TSV" or ".TAB" ? "\t" : ",");
        var (_, header) = Next() ?? throw new InvalidDataException(
            $"'{path}' is empty. Give its first line the names of the columns, '{imagePathColumnName},{labelColumnName}' for instance.");
        var (imagePath, labels) = (PlaceOf(imagePathColumnName), PlaceOf(labelColumnName));
        var rows = new List<Line>();
        while (Next() is var (line, fields))
        {
            if (fields.Length != header.Length)
            {
                throw new InvalidDataException(
                    $"'{path}', line {line}: there are {fields.Length} fields, but the first line names {header.Length} columns. " +
                    "Correct the line, or put a field that holds the separator into double quotes.");
            }
            if (fields[imagePath].Length == 0)
            {
                throw new InvalidDataException(
                    $"'{path}', line {line}: there is no path in column '{imagePathColumnName}'. Correct the line.");
            }
            rows.Add(new(line, Path.Combine(folder, fields[imagePath]), fields[labels]));
        }
        return rows.Count > 0 ? rows : throw new InvalidDataException($"'{path}' names no image. Give each image a line below the first.");

        (long Line, string[] Fields)? Next()
        {
            try
            {
                var line = parser.LineNumber;
                return parser.ReadFields() is { } fields ? (line, fields) : null;
            }
            catch (MalformedLineException error)
            {
                throw new InvalidDataException(
                    $"'{path}', line {error.LineNumber}: a double quote is open or stands in the middle of a field. Write it twice " +
                    "inside of a quoted field.", error);
            }
        }

        int PlaceOf(string column) => Array.IndexOf(header, column) is var place and >= 0 ? place : throw new InvalidDataException(
            $"'{path}' has no column '{column}'. Its first line names: {ListText.Quoted(header)}. Name one of these, or correct the line.");
    }

    // Tables with a line for each label exist too, and would teach that the other labels are not there.
    private static void RequireOneLineAnImage(string path, List<Line> rows, char separator)
    {
        if (rows.GroupBy(row => row.ImagePath).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidDataException(
                $"'{path}', line {twice.ElementAt(1).Number}: '{twice.Key}' stands in line {twice.First().Number} already. Give each " +
                $"image one line with all of its labels, parted by '{separator}'.");
        }
    }

    private sealed record Line(long Number, string ImagePath, string Labels);

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
