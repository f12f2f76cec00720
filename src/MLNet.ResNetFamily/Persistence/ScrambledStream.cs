using System.Buffers;
using System.Buffers.Binary;

namespace MLNet.ResNetFamily;

/// <summary>
/// Bytes that look like noise in another stream. ML.NET compresses what is in a model file; weights become smaller by a twelfth only, and
/// reading them takes five times as long. What looks like noise is left as it is.
/// </summary>
/// <param name="stream">Where the noise is; it stays open. Only read from, or only written to, from its position on.</param>
internal sealed class ScrambledStream(Stream stream) : Stream
{
    private const int Word = sizeof(ulong);

    private long _position;

    /// <inheritdoc/>
    public override bool CanRead => stream.CanRead;

    /// <inheritdoc/>
    public override bool CanWrite => stream.CanWrite;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = stream.Read(buffer);
        Scramble(buffer[..count]);
        return count;
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length, 1 << 16));
        for (; buffer.Length > 0; buffer = buffer[Math.Min(buffer.Length, chunk.Length)..])
        {
            var part = chunk.AsSpan(0, Math.Min(buffer.Length, chunk.Length));
            buffer[..part.Length].CopyTo(part);
            Scramble(part);
            stream.Write(part);
        }
        ArrayPool<byte>.Shared.Return(chunk);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush() => stream.Flush();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    // Twice gives the bytes as they were.
    private void Scramble(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var (place, start) = (_position / Word, (int)(_position % Word));
            if (start == 0 && bytes.Length >= Word)
            {
                var words = bytes.Length / Word;
                for (var word = 0; word < words; word++)
                {
                    var at = bytes[(word * Word)..];
                    BinaryPrimitives.WriteUInt64LittleEndian(at, BinaryPrimitives.ReadUInt64LittleEndian(at) ^ Noise(place + word));
                }
                Advance(ref bytes, words * Word);
                continue;
            }
            var count = Math.Min(Word - start, bytes.Length);
            for (var i = 0; i < count; i++)
                bytes[i] ^= (byte)(Noise(place) >> (8 * (start + i)));
            Advance(ref bytes, count);
        }
    }

    private void Advance(ref Span<byte> bytes, int count)
    {
        bytes = bytes[count..];
        _position += count;
    }

    // SplitMix64: Steele, Lea and Flood (2014), https://doi.org/10.1145/2660193.2660195.
    private static ulong Noise(long place)
    {
        var z = (ulong)(place + 1) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
