using Microsoft.Win32.SafeHandles;

namespace MLNet.ResNetFamily;

/// <summary>A <c>.safetensors</c> file that is open for reading.</summary>
/// <remarks>Every rule of the format is checked when the file is opened; https://huggingface.co/docs/safetensors.</remarks>
public sealed class SafetensorsFile : WeightFile
{
    private readonly SafeFileHandle _file;
    private readonly Dictionary<StoredTensor, SafetensorsEntry> _entries;
    private readonly long _dataStart;

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file breaks a rule of the format; the message says which.</exception>
    public SafetensorsFile(string path) : base(path)
    {
        _file = File.OpenHandle(path, options: FileOptions.RandomAccess);
        try
        {
            var header = ReadHeader(_file, path, out _dataStart);
            _entries = header.Entries.ToDictionary(entry => entry.Tensor);
            Tensors = [.. header.Entries.Select(entry => entry.Tensor)];
            Metadata = header.Metadata;
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<StoredTensor> Tensors { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata { get; }

    internal override void ReadElements(StoredTensor tensor, Span<byte> destination)
    {
        var entry = _entries[tensor];
        if (!FileRange.TryRead(_file, _dataStart + entry.Begin, destination))
            throw SafetensorsHeader.Broken(Path, $"it became shorter while tensor '{tensor.Key}' was read");
    }

    // The format has no checksums.
    internal override void Verify(IEnumerable<StoredTensor> tensors)
    {
    }

    /// <inheritdoc/>
    public override void Dispose() => _file.Dispose();

    private static SafetensorsHeader ReadHeader(SafeFileHandle file, string path, out long dataStart)
    {
        var fileLength = RandomAccess.GetLength(file);
        var prefix = new byte[Math.Min(sizeof(long), fileLength)];
        FileRange.TryRead(file, 0, prefix);
        var json = new byte[SafetensorsHeader.HeaderLength(prefix, fileLength, path)];
        FileRange.TryRead(file, prefix.Length, json);
        dataStart = prefix.Length + json.Length;

        var header = SafetensorsHeader.Parse(json, path);
        if (header.DataLength != fileLength - dataStart)
        {
            throw SafetensorsHeader.Broken(
                path, $"the tensors take {header.DataLength} bytes, but {fileLength - dataStart} follow the header");
        }
        return header;
    }
}
