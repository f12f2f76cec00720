using System.CommandLine;

namespace MLNet.ResNetFamily.Cli;

/// <summary>A format of results.</summary>
/// <param name="Name">What option --format calls it; the extension of its files.</param>
/// <param name="Open">Begins to write.</param>
internal sealed record ResultFormat(string Name, Func<Stream, IReadOnlyList<ResultColumn>, IResultWriter> Open)
{
    public static readonly ResultFormat JsonLines = new("jsonl", (stream, _) => new JsonLinesWriter(stream));

    private static readonly ResultFormat[] All =
    [
        JsonLines, new("csv", (stream, columns) => new CsvWriter(stream, columns)),
        new("parquet", (stream, columns) => new ParquetResultWriter(stream, columns)),
    ];

    public static Option<string?> CreateOption()
    {
        var option = new Option<string?>("--format") { Description = "Format of the result (default: what its extension says)." };
        option.AcceptOnlyFromAmong([.. All.Select(format => format.Name)]);
        return option;
    }

    /// <summary>The format that an option names, else that of the extension.</summary>
    /// <exception cref="CommandLineException">Neither says one.</exception>
    public static ResultFormat Of(string? name, string path)
    {
        name ??= Path.GetExtension(path).TrimStart('.').ToLowerInvariant();
        return All.FirstOrDefault(format => format.Name == name) ?? throw new CommandLineException(
            $"'{path}' ends in none of {ListText.Quoted(All.Select(format => $".{format.Name}"))}. " +
            "Choose one of these, or give '--format'.");
    }
}
