using System.Buffers.Binary;
using System.Numerics;

namespace MLNet.ResNetFamily;

/// <summary>
/// A file of records as TensorFlow frames them ("TFRecord"): the length in 8 bytes, its check sum, the bytes, and theirs; all numbers with
/// the lowest byte first. A reader sees a record once <see cref="Flush"/> was called.
/// </summary>
internal sealed class RecordFile(string path) : IDisposable
{
    private readonly FileStream _stream = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);

    public void Write(ReadOnlySpan<byte> record)
    {
        Span<byte> head = stackalloc byte[sizeof(ulong) + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[sizeof(ulong)..], MaskedChecksum(head[..sizeof(ulong)]));
        Span<byte> tail = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(tail, MaskedChecksum(record));
        _stream.Write(head);
        _stream.Write(record);
        _stream.Write(tail);
    }

    public void Flush() => _stream.Flush();

    public void Dispose() => _stream.Dispose();

    // CRC-32C; the mask keeps the sum of bytes that hold sums from being trivial.
    private static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }
}
