using nietras.SeparatedValues;

namespace MLNet.ResNetFamily.Cli;

/// <summary>
/// A file that lists images: .csv or .tsv with the columns ImagePath and Label, or .txt with one path a line. Paths are relative to the
/// manifest's folder. It is read line by line.
/// </summary>
internal static class Manifest
{
    private const string PathColumn = "ImagePath", LabelColumn = "Label";

    public static bool Is(string path) => Path.GetExtension(path) is ".csv" or ".tsv" or ".txt" && !Directory.Exists(path);

    /// <param name="path">The manifest.</param>
    /// <param name="isLabeled">Whether labels are needed.</param>
    /// <exception cref="ArgumentException">There is no such file, or it has no labels although they are needed.</exception>
    /// <exception cref="InvalidDataException">A column is missing; while reading: a line is broken.</exception>
    public static IEnumerable<InputImage> Read(string path, bool isLabeled)
    {
        if (!File.Exists(path))
            throw new ArgumentException($"'{path}' does not exist, but a manifest was expected. Check the path.", nameof(path));
        if (Path.GetExtension(path) == ".txt")
        {
            return isLabeled
                ? throw new ArgumentException(
                    $"'{path}' lists images without labels, but these are needed. Give a .csv or .tsv with the columns " +
                    $"'{PathColumn}' and '{LabelColumn}'.", nameof(path))
                : File.ReadLines(path).Where(line => line.Length > 0).Select(line => new InputImage(Place(path, line)));
        }
        using (Open(path, isLabeled))
            return Rows(path, isLabeled);
    }

    private static IEnumerable<InputImage> Rows(string path, bool isLabeled)
    {
        using var reader = Open(path, isLabeled);
        var (image, label) = (IndexOf(reader, PathColumn), IndexOf(reader, LabelColumn));
        while (reader.MoveNext())
            yield return Row(path, reader.Current, image, isLabeled ? label : -1);
    }

    private static InputImage Row(string path, SepReader.Row row, int image, int label)
    {
        var name = row[image].ToString();
        if (name.Length == 0)
        {
            throw new InvalidDataException(
                $"'{path}', line {row.LineNumberFrom}: column '{PathColumn}' is empty. Fill it, or leave the line out.");
        }
        return new(Place(path, name), label < 0 ? null : row[label].ToString());
    }

    private static SepReader Open(string path, bool isLabeled)
    {
        var reader = Sep.New(Path.GetExtension(path) == ".tsv" ? '\t' : ',').Reader(options => options with { Unescape = true })
            .FromFile(path);
        string[] missing =
            [.. new[] { PathColumn, LabelColumn }.Take(isLabeled ? 2 : 1).Where(column => IndexOf(reader, column) < 0)];
        if (missing.Length == 0)
            return reader;
        var found = ListText.Quoted(reader.Header.ColNames);
        reader.Dispose();
        throw new InvalidDataException(
            $"'{path}' has no column {ListText.Quoted(missing)}; its first line names {found}. Name the columns there.");
    }

    private static int IndexOf(SepReader reader, string column) =>
        reader.Header.ColNames.ToList().FindIndex(name => name.Equals(column, StringComparison.OrdinalIgnoreCase));

    private static string Place(string manifest, string path) => Path.Combine(Path.GetDirectoryName(manifest) ?? "", path);
}
