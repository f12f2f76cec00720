namespace MLNet.ResNetFamily.Cli;

/// <summary>Reads a shard's file: the header and the end at once, the rows one by one.</summary>
internal sealed class ShardReader : IDisposable
{
    // The end is one short line.
    private const int LongestEnd = 4096;

    private readonly StreamReader _reader;
    private long _line = 1;

    /// <exception cref="IOException">There is no such file, or a process writes it.</exception>
    /// <exception cref="InvalidDataException">It is no shard's file.</exception>
    public ShardReader(string path)
    {
        Path = path;
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            End = ReadEnd(stream);
            stream.Position = 0;
            _reader = new(stream);
            var first = _reader.ReadLine() ?? "";
            Header = ShardLine.IsHeader(first)
                ? ShardLine.Read<ShardHeader>(path, "the first line", first)
                : throw new InvalidDataException($"'{path}' is no file of a shard, which 'evaluate' or 'predict' writes with '--shard'.");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public string Path { get; }

    public ShardHeader Header { get; }

    /// <summary>Null for an unfinished shard.</summary>
    public ShardEnd? End { get; }

    /// <summary>The next row.</summary>
    /// <exception cref="InvalidDataException">It is not the one that was expected.</exception>
    public ScoredImage Next(long row)
    {
        var line = _reader.ReadLine() ?? "";
        _line++;
        return ShardLine.Read<ScoredImage>(Path, $"line {_line}", line) is var image && image.Row == row && image.Path is not null
            ? image
            : throw new InvalidDataException(
                $"'{Path}', line {_line} should be that of row {row}, but is not. Delete the file and score this shard again.");
    }

    public void Dispose() => _reader.Dispose();

    private ShardEnd? ReadEnd(FileStream stream)
    {
        stream.Position = Math.Max(0, stream.Length - LongestEnd);
        using var reader = new StreamReader(stream, leaveOpen: true);
        var text = reader.ReadToEnd();
        return text.EndsWith('\n') && text.TrimEnd().Split('\n')[^1] is var last && ShardLine.IsEnd(last)
            ? ShardLine.Read<ShardEnd>(Path, "the last line", last)
            : null;
    }
}
