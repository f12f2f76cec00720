using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>Writes a zip file without compression, the bytes of each entry aligned so that they can be mapped into memory.</summary>
/// <remarks>PKWARE APPNOTE 6.3, sections 4.3.7 to 4.3.16. The padding is the extra field "FB" that PyTorch writes.</remarks>
internal sealed class ZipWriter(Stream stream)
{
    private const int Alignment = 64;
    private const int LocalLength = 30;
    private const ushort PaddingId = 0x4246;

    // 1 January 1980, the first day of the format: the same weights give the same file.
    private const ushort Date = (1 << 5) | 1;

    private readonly MemoryStream _directory = new();
    private long _position;
    private int _count;

    /// <summary>Adds one file.</summary>
    public void Add(string name, ReadOnlySpan<byte> content)
    {
        var nameBytes = Encoding.ASCII.GetBytes(name);
        var unpadded = _position + LocalLength + nameBytes.Length + 4;
        var padding = new byte[4 + (Alignment - unpadded % Alignment) % Alignment];
        BinaryPrimitives.WriteUInt16LittleEndian(padding, PaddingId);
        BinaryPrimitives.WriteUInt16LittleEndian(padding.AsSpan(2), (ushort)(padding.Length - 4));
        if (unpadded + padding.Length + content.Length > uint.MaxValue)
            throw new NotSupportedException("A .pth file of more than 4 GiB is not written. Export to '.safetensors'.");

        var crc = Crc32.HashToUInt32(content);
        WriteHeader(_directory, 0x02014b50, nameBytes, crc, content.Length, extraLength: 0, isDirectory: true);
        WriteHeader(stream, 0x04034b50, nameBytes, crc, content.Length, padding.Length, isDirectory: false);
        stream.Write(padding);
        stream.Write(content);
        _position += LocalLength + nameBytes.Length + padding.Length + content.Length;
        _count++;
    }

    /// <summary>Writes the directory; nothing can be added afterwards.</summary>
    public void Finish()
    {
        if (_count > ushort.MaxValue)
            throw new NotSupportedException($"A .pth file of {_count} tensors is not written. Export to '.safetensors'.");
        stream.Write(_directory.GetBuffer().AsSpan(0, (int)_directory.Length));

        using var writer = new BinaryWriter(stream, Encoding.ASCII, leaveOpen: true);
        writer.Write(0x06054b50u);
        writer.Write(0);                          // the number of this disk, and of the one with the directory
        writer.Write((ushort)_count);
        writer.Write((ushort)_count);
        writer.Write((uint)_directory.Length);
        writer.Write((uint)_position);
        writer.Write((ushort)0);                  // no comment
    }

    private void WriteHeader(Stream target, uint signature, byte[] name, uint crc, int length, int extraLength, bool isDirectory)
    {
        using var writer = new BinaryWriter(target, Encoding.ASCII, leaveOpen: true);
        writer.Write(signature);
        if (isDirectory)
            writer.Write((ushort)20);             // version of the format that the writer knows
        writer.Write((ushort)20);                 // version that a reader needs
        writer.Write((ushort)0);                  // flags
        writer.Write((ushort)0);                  // stored
        writer.Write((ushort)0);                  // time of day
        writer.Write(Date);
        writer.Write(crc);
        writer.Write(length);
        writer.Write(length);
        writer.Write((ushort)name.Length);
        writer.Write((ushort)extraLength);
        if (isDirectory)
        {
            writer.Write((ushort)0);              // no comment
            writer.Write(0);                      // disk number, internal attributes
            writer.Write(0);                      // external attributes
            writer.Write((uint)_position);
        }
        writer.Write(name);
    }
}
