using System.Text;

namespace MLNet.ResNetFamily.Cli;

/// <summary>
/// The file of one shard while it is scored: a header, a line for each image, a line at the end. What an interrupted run left is kept up to
/// its last whole batch, compared with the input as this is listed again, and continued.
/// </summary>
internal sealed class ShardFile : IDisposable
{
    // Above the lines of a usual batch, which then go to the system at once.
    private const int BufferLength = 1 << 16;

    private readonly string _path;
    private readonly ShardHeader _header;
    private readonly FileStream _stream;
    private readonly StreamReader _reader;
    private readonly StreamWriter _writer;
    private readonly ShardEnd? _end;
    private long _known, _rows;

    private ShardFile(string path, ShardHeader header, FileStream stream)
    {
        (_path, _header, _stream) = (path, header, stream);
        (_known, _end) = Repair();
        _stream.Position = 0;
        _reader = new(_stream, bufferSize: BufferLength, leaveOpen: true);
        _writer = new(_stream, new UTF8Encoding(false), BufferLength, leaveOpen: true) { NewLine = "\n" };
        if (_reader.ReadLine() is null)
            Write(header);
    }

    /// <summary>Rows that an earlier run left.</summary>
    public long Kept => _known;

    /// <summary>Rows in the file.</summary>
    public long Rows => _rows;

    /// <summary>Those of them whose image could not be read.</summary>
    public long Skipped { get; private set; }

    /// <summary>Makes a shard's file, or opens what an earlier run left of it.</summary>
    /// <exception cref="IOException">It cannot be written, or another process writes it.</exception>
    /// <exception cref="InvalidDataException">It is another file, or one of another model, input or option.</exception>
    public static ShardFile Open(string path, ShardHeader header)
    {
        FileStream stream;
        try
        {
            stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"'{path}' cannot be written: {error.Message} If another process scores this shard, wait for it.", error);
        }
        try
        {
            return new(path, header, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file has this image, the next one of the shard, already.</summary>
    /// <exception cref="InvalidDataException">It has another one in its place.</exception>
    public bool Has((long Row, InputImage Image) next)
    {
        if (_rows >= _known)
            return false;
        var (row, image) = next;
        var (path, label) = image;
        var found = ShardLine.Read<ScoredImage>(_path, $"line {_rows + 2}", _reader.ReadLine()!);
        if (found.Row != row || found.Path != path || found.Label != label || found.Bytes != ImageScoring.LengthOf(path))
        {
            throw Changed(
                $"row {row} was '{found.Path}' ({found.Label ?? "no label"}, {found.Bytes} bytes) and is now " +
                $"'{path}' ({label ?? "no label"}, {ImageScoring.LengthOf(path)} bytes)");
        }
        Count(found);
        return true;
    }

    /// <summary>Appends a row. What is written goes to the system batch by batch.</summary>
    public void Append(ScoredImage image)
    {
        if (_end is not null)
            throw Changed($"it was complete with {_known} images, but there are more");
        _stream.Position = _stream.Length;
        _writer.WriteLine(Results.Line(image));
        Count(image);
        if (_rows % _header.BatchSize == 0)
            _writer.Flush();
    }

    /// <summary>Appends the line that says that nothing is missing; where it is there, compares it.</summary>
    /// <exception cref="InvalidDataException">The input has changed.</exception>
    public void Finish(InputHash input, double seconds)
    {
        if (_rows < _known)
            throw Changed($"it has {_known} images of this shard already, but there are only {_rows}");
        var end = new ShardEnd(true, _rows, input.Count, input.Value, seconds);
        if (_end is null)
            Write(end);
        else if (_end != end with { Seconds = _end.Seconds })
            throw Changed("images were added, removed or renamed");
        _stream.Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _reader.Dispose();
        _stream.Dispose();
    }

    private void Count(ScoredImage image)
    {
        _rows++;
        Skipped += image.Error is null ? 0 : 1;
    }

    private void Write(object line)
    {
        _stream.Position = _stream.Length;
        _writer.WriteLine(Results.Line(line));
        _writer.Flush();
    }

    // Cuts off what is torn, and rows behind the last whole batch, so that batches stay those of a run that was not interrupted.
    private (long Rows, ShardEnd? End) Repair()
    {
        if (_stream.Length == 0)
            return (0, null);
        var lines = 0L;
        var (start, afterBatch) = (0L, 0L);
        string? last = null;
        foreach (var (line, end) in ShardLine.WholeLines(_stream))
        {
            if (lines == 0)
                CheckHeader(line);
            // The header is no row.
            if (lines++ % _header.BatchSize == 0)
                afterBatch = end;
            (last, start) = (line, end);
        }
        if (lines == 0)
            throw NoShardFile();
        if (last is not null && ShardLine.IsEnd(last) && start == _stream.Length)
            return (lines - 2, ShardLine.Read<ShardEnd>(_path, "the last line", last));
        _stream.SetLength(afterBatch);
        return ((lines - 1) / _header.BatchSize * _header.BatchSize, null);
    }

    private void CheckHeader(string line)
    {
        if (!ShardLine.IsHeader(line))
            throw NoShardFile();
        var found = ShardLine.Read<ShardHeader>(_path, "the first line", line);
        var difference = found.DifferenceTo(_header) ?? (found.Shard == _header.Shard ? null : "shard");
        if (difference is not null)
        {
            throw new InvalidDataException(
                $"'{_path}' was begun with another {difference}, so it cannot be continued. Delete it to begin anew, or choose " +
                "another '--out'.");
        }
    }

    private InvalidDataException NoShardFile() =>
        new($"'{_path}' exists, but is no file of a shard. Delete it, or choose another '--out'.");

    private InvalidDataException Changed(string what) =>
        new($"'{_path}': the images have changed since it was begun: {what}. Delete the file to begin anew.");
}
