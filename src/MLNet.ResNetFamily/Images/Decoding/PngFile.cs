using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>
/// Walks through the chunks of a PNG file (ISO/IEC 15948). The decoder below is content when the last row is there and would say of damage
/// only that there is some, so whether the file is whole is found out here.
/// </summary>
internal static class PngFile
{
    /// <summary>Most that deflate can shrink data; a file that promises more pixels than that does not hold them.</summary>
    private const long LargestCompression = 1032;

    private const int HeaderLength = 13;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>The size of the image, from its first chunk.</summary>
    public static ImageHeader ReadHeader(ReadOnlySpan<byte> bytes, string origin)
    {
        var header = FirstChunk(bytes, origin);
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));
        return width <= int.MaxValue && height <= int.MaxValue
            ? new(ImageFormat.Png, (int)width, (int)height)
            : throw ImageHeader.Damaged(origin, "PNG", $"it claims {width} x {height} pixels");
    }

    /// <summary>Checks that all chunks are there and unharmed, and may hold as many pixels as the header says.</summary>
    /// <exception cref="InvalidDataException">They are not.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, in ImageHeader header, string origin)
    {
        var length = 0L;
        var position = Signature.Length;
        while (true)
        {
            if (position + 12 > bytes.Length
                || position + 12 + (long)BinaryPrimitives.ReadUInt32BigEndian(bytes[position..]) > bytes.Length)
                throw ImageHeader.CutOff(origin, "PNG", bytes.Length, "more image data or the end chunk");
            var size = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes[position..]);
            var content = bytes.Slice(position + 4, 4 + size);
            var name = content[..4];
            position += size + 12;

            // Chunks with a small first letter are not needed for the image.
            if ((name[0] & 0x20) == 0 && Crc32.HashToUInt32(content) != BinaryPrimitives.ReadUInt32BigEndian(bytes[(position - 4)..]))
                throw ImageHeader.Damaged(origin, "PNG", $"the check sum of chunk '{Encoding.Latin1.GetString(name)}' is wrong");
            if (name.SequenceEqual("IDAT"u8))
                length += size;
            if (name.SequenceEqual("IEND"u8))
                break;
        }
        if ((header.Width * BitsPerPixel(FirstChunk(bytes, origin)) + 7) / 8 * header.Height / LargestCompression > length + 1024)
        {
            throw ImageHeader.Damaged(
                origin, "PNG",
                FormattableString.Invariant($"{length:N0} bytes of image data cannot hold {header.Width} x {header.Height} pixels"));
        }
    }

    /// <summary>
    /// What the EXIF data of a checked file say of its <see cref="ImageOrientation"/>; SkiaSharp 3.119.4 reads none of PNG.
    /// </summary>
    public static int ReadOrientation(ReadOnlySpan<byte> bytes)
    {
        var position = Signature.Length;
        while (true)
        {
            var content = bytes.Slice(position + 8, (int)BinaryPrimitives.ReadUInt32BigEndian(bytes[position..]));
            var name = bytes.Slice(position + 4, 4);
            if (name.SequenceEqual("eXIf"u8))
                return TiffFile.ReadOrientation(content);
            if (name.SequenceEqual("IEND"u8))
                return ImageOrientation.Normal;
            position += content.Length + 12;
        }
    }

    private static ReadOnlySpan<byte> FirstChunk(ReadOnlySpan<byte> bytes, string origin)
    {
        // Signature, then length, name, data and check sum of the chunk.
        if (bytes.Length < Signature.Length + 12 + HeaderLength)
            throw ImageHeader.CutOff(origin, "PNG", bytes.Length, "the rest of its header");
        var chunk = bytes[Signature.Length..];
        return BinaryPrimitives.ReadUInt32BigEndian(chunk) == HeaderLength && chunk[4..].StartsWith("IHDR"u8)
            ? chunk.Slice(8, HeaderLength)
            : throw ImageHeader.Damaged(origin, "PNG", "it does not begin with a header chunk");
    }

    /// <summary>Bits of a sample times samples of a pixel: color types 2, 4 and 6 are RGB, gray with alpha, and RGB with alpha.</summary>
    private static long BitsPerPixel(ReadOnlySpan<byte> header) => header[8] * (header[9] switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 });
}
