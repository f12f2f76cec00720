using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace MLNet.ResNetFamily;

/// <summary>Writes images as PNG files (ISO/IEC 15948) of 8-bit red, green and blue.</summary>
internal static class PngEncoder
{
    private const byte FromTheLeft = 1;

    /// <summary>Writes a whole file.</summary>
    public static void Write(RgbImage image, Stream file)
    {
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        (header[8], header[9]) = (8, PngHeader.Rgb);
        file.Write(PngFile.Signature);
        WriteChunk(file, "IHDR"u8, header);
        WriteChunk(file, "IDAT"u8, Pack(image));
        WriteChunk(file, "IEND"u8, []);
    }

    private static ReadOnlySpan<byte> Pack(RgbImage image)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var stride = image.Width * 3;
            var filtered = new byte[1 + stride];
            filtered[0] = FromTheLeft;
            for (var y = 0; y < image.Height; y++)
            {
                var row = image.PixelSpan.Slice(y * stride, stride);
                for (var i = 0; i < stride; i++)
                    filtered[1 + i] = (byte)(row[i] - (i < 3 ? 0 : row[i - 3]));
                zlib.Write(filtered);
            }
        }
        return packed.GetBuffer().AsSpan(0, (int)packed.Length);
    }

    private static void WriteChunk(Stream file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        var checksum = new Crc32();
        checksum.Append(name);
        checksum.Append(data);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(name);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, checksum.GetCurrentHashAsUInt32());
        file.Write(number);
    }
}
