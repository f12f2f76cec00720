using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace MLNet.ResNetFamily;

/// <summary>The bytes of an image file, in memory that is handed back to a pool when the object is disposed of.</summary>
internal sealed record PooledFile : ImageItem, IDisposable
{
    private readonly string _path;
    private readonly int _length;
    private byte[]? _buffer;

    private PooledFile(string path, byte[] buffer, int length) => (_path, _buffer, _length) = (path, buffer, length);

    public override string Origin => _path;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It cannot be read; the message says why.</exception>
    public static PooledFile Read(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            var size = RandomAccess.GetLength(file);
            if (size > Array.MaxLength)
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"'{path}': the file has {size:N0} bytes, but an image of at most {Array.MaxLength:N0} is read. Remove it."));
            }
            var buffer = ArrayPool<byte>.Shared.Rent((int)size);
            return new(path, buffer, ReadAll(file, buffer.AsSpan(0, (int)size)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var found = Directory.Exists(path)
                ? "this is a folder, but an image file was expected"
                : $"the file cannot be read ({error.Message})";
            throw new InvalidDataException($"'{path}': {found}. Check the path and its permissions.", error);
        }
    }

    public override RgbImage Decode(DecodeOptions options)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        return ImageDecoder.DecodeBytes(_buffer.AsMemory(0, _length), _path, options);
    }

    public void Dispose()
    {
        if (_buffer is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
        _buffer = null;
    }

    private static int ReadAll(SafeFileHandle file, Span<byte> buffer)
    {
        var length = 0;
        while (length < buffer.Length && RandomAccess.Read(file, buffer[length..], length) is > 0 and var read)
            length += read;
        return length;
    }
}
