using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>
/// Reads PNG files (ISO/IEC 15948) with every check sum and every row. The decoder of ML.NET would leave what is missing black and say
/// nothing; it would also multiply the colors by alpha, which cannot be undone where an image is fully transparent. Here alpha is
/// dropped, as Pillow and torchvision do when they convert to RGB, and 16 bits are scaled to 8.
/// </summary>
internal static class PngFile
{
    /// <summary>Most that deflate can shrink data; a file that promises more pixels than that does not hold them.</summary>
    private const long LargestCompression = 1032;

    private const int LongestRow = 1 << 30;

    // Adam7: where each pass begins, and how far its pixels lie apart.
    private static readonly (int X, int Y, int StepX, int StepY)[] Interlaced =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private static readonly (int X, int Y, int StepX, int StepY)[] Plain = [(0, 0, 1, 1)];

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    /// <summary>The size of the image, from its first chunk.</summary>
    public static ImageHeader ReadHeader(ReadOnlySpan<byte> bytes, string origin)
    {
        var header = PngHeader.Read(bytes, origin);
        return new(ImageFormat.Png, header.Width, header.Height);
    }

    /// <summary>The image; its size has been found acceptable. The caller disposes of it.</summary>
    public static RgbImage Decode(ReadOnlySpan<byte> bytes, string origin)
    {
        var header = PngHeader.Read(bytes, origin);
        var packed = ArrayPool<byte>.Shared.Rent(bytes.Length);
        var palette = new byte[256 * 3];
        var image = default(RgbImage);
        try
        {
            var length = ReadChunks(bytes, origin, header, packed, palette);
            var passes = header.IsInterlaced ? Interlaced : Plain;
            if (header.RowBytes(header.Width) is var longest && longest > LongestRow || longest * header.Height / LargestCompression > length + 1024L)
            {
                throw ImageHeader.Damaged(origin, "PNG", FormattableString.Invariant(
                    $"{length:N0} bytes of image data cannot hold {header.Width} x {header.Height} pixels"));
            }
            image = new RgbImage(header.Width, header.Height);
            using var data = new ZLibStream(new MemoryStream(packed, 0, length, writable: false), CompressionMode.Decompress);
            foreach (var pass in passes)
                ReadPass(data, header, pass, palette, image, origin);
            return image;
        }
        catch (InvalidDataException error)
        {
            image?.Dispose();
            if (error.Message.StartsWith($"'{origin}'", StringComparison.Ordinal))
                throw;
            throw ImageHeader.Damaged(origin, "PNG", "its image data cannot be unpacked");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
        }
    }

    /// <summary>Checks the chunks up to the end chunk, joins the image data, takes the palette; returns the length of the data.</summary>
    private static int ReadChunks(ReadOnlySpan<byte> bytes, string origin, in PngHeader header, Span<byte> packed, Span<byte> palette)
    {
        var length = 0;
        var hasPalette = false;
        var position = Signature.Length;
        while (true)
        {
            if (position + 12 > bytes.Length || position + 12 + (long)BinaryPrimitives.ReadUInt32BigEndian(bytes[position..]) > bytes.Length)
                throw ImageHeader.CutOff(origin, "PNG", bytes.Length, "more image data or the end chunk");
            var size = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes[position..]);
            var name = bytes.Slice(position + 4, 4);
            var data = bytes.Slice(position + 8, size);
            position += size + 12;

            // Chunks with a small first letter are not needed for the image.
            if ((name[0] & 0x20) != 0)
                continue;
            if (Crc32.HashToUInt32(bytes[(position - size - 8)..(position - 4)]) != BinaryPrimitives.ReadUInt32BigEndian(bytes[(position - 4)..]))
                throw ImageHeader.Damaged(origin, "PNG", $"the check sum of chunk '{Encoding.Latin1.GetString(name)}' is wrong");
            if (name.SequenceEqual("IEND"u8))
                break;
            if (name.SequenceEqual("IDAT"u8))
            {
                data.CopyTo(packed[length..]);
                length += size;
            }
            else if (name.SequenceEqual("PLTE"u8))
            {
                hasPalette = size is > 0 and <= 256 * 3 && size % 3 == 0 && data.TryCopyTo(palette);
            }
            else if (!name.SequenceEqual("IHDR"u8))
            {
                throw ImageHeader.Damaged(origin, "PNG", $"chunk '{Encoding.Latin1.GetString(name)}' is unknown and says that it must not be ignored");
            }
        }
        if (header.ColorType == PngHeader.Palette && !hasPalette)
            throw ImageHeader.Damaged(origin, "PNG", "it has no usable palette");
        return length;
    }

    private static void ReadPass(
        ZLibStream data, in PngHeader header, (int X, int Y, int StepX, int StepY) pass, ReadOnlySpan<byte> palette, RgbImage image, string origin)
    {
        var width = (header.Width - pass.X + pass.StepX - 1) / pass.StepX;
        var height = (header.Height - pass.Y + pass.StepY - 1) / pass.StepY;
        if (width <= 0 || height <= 0)
            return;
        var rowBytes = (int)header.RowBytes(width);
        var rented = ArrayPool<byte>.Shared.Rent(checked(2 * (rowBytes + 1)));
        var samples = ArrayPool<byte>.Shared.Rent(checked(width * header.Channels));
        var row = rented.AsSpan(0, rowBytes + 1);
        var above = rented.AsSpan(rowBytes + 1, rowBytes + 1);
        above.Clear();
        for (var y = 0; y < height; y++)
        {
            if (data.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
                throw ImageHeader.Damaged(origin, "PNG", $"its image data ends in row {pass.Y + y * pass.StepY} of {header.Height}");
            if (!Unfilter(row[0], row[1..], above[1..], header.PixelBytes))
                throw ImageHeader.Damaged(origin, "PNG", $"filter {row[0]} does not exist");
            var pixels = image.PixelSpan.Slice(((pass.Y + y * pass.StepY) * header.Width + pass.X) * 3);
            WriteRow(ToBytes(row[1..], header, samples, width), header, palette, pixels, pass.StepX * 3);
            var swap = above;
            above = row;
            row = swap;
        }
        ArrayPool<byte>.Shared.Return(samples);
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Undoes the prediction from the pixel to the left (a), above (b) and above left (c).</summary>
    private static bool Unfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int pixelBytes)
    {
        switch (filter)
        {
            case 0:
                return true;
            case 1:
                for (var i = pixelBytes; i < row.Length; i++)
                    row[i] += row[i - pixelBytes];
                return true;
            case 2:
                for (var i = 0; i < row.Length; i++)
                    row[i] += above[i];
                return true;
            case 3:
                for (var i = 0; i < row.Length; i++)
                    row[i] += (byte)(((i < pixelBytes ? 0 : row[i - pixelBytes]) + above[i]) / 2);
                return true;
            case 4:
                for (var i = 0; i < row.Length; i++)
                {
                    var (a, b, c) = i < pixelBytes ? (0, above[i], 0) : (row[i - pixelBytes], above[i], above[i - pixelBytes]);
                    var (toA, toB, toC) = (Math.Abs(b - c), Math.Abs(a - c), Math.Abs(a + b - 2 * c));
                    row[i] += (byte)(toA <= toB && toA <= toC ? a : toB <= toC ? b : c);
                }
                return true;
            default:
                return false;
        }
    }

    /// <summary>Every sample as one byte: 16 bits are rounded to 8, fewer are spread to 0-255 unless they number palette entries.</summary>
    private static ReadOnlySpan<byte> ToBytes(ReadOnlySpan<byte> row, in PngHeader header, Span<byte> samples, int width)
    {
        var count = width * header.Channels;
        switch (header.BitDepth)
        {
            case 8:
                return row;
            case 16:
                for (var i = 0; i < count; i++)
                    samples[i] = (byte)((BinaryPrimitives.ReadUInt16BigEndian(row[(2 * i)..]) + 128) / 257);
                break;
            default:
                var largest = (1 << header.BitDepth) - 1;
                var scale = header.ColorType == PngHeader.Palette ? 1 : 255 / largest;
                for (var i = 0; i < count; i++)
                {
                    var bit = i * header.BitDepth;
                    samples[i] = (byte)((row[bit >> 3] >> (8 - header.BitDepth - (bit & 7)) & largest) * scale);
                }
                break;
        }
        return samples[..count];
    }

    /// <summary>Samples to red, green and blue, <paramref name="step"/> bytes apart.</summary>
    private static void WriteRow(ReadOnlySpan<byte> samples, in PngHeader header, ReadOnlySpan<byte> palette, Span<byte> pixels, int step)
    {
        if (header.ColorType == PngHeader.Rgb && step == 3)
        {
            samples.CopyTo(pixels);
            return;
        }
        var channels = header.Channels;
        for (int i = 0, to = 0; i < samples.Length; i += channels, to += step)
        {
            (pixels[to], pixels[to + 1], pixels[to + 2]) = header.ColorType switch
            {
                PngHeader.Gray or PngHeader.GrayAlpha => (samples[i], samples[i], samples[i]),
                PngHeader.Palette => (palette[samples[i] * 3], palette[samples[i] * 3 + 1], palette[samples[i] * 3 + 2]),
                _ => (samples[i], samples[i + 1], samples[i + 2]),
            };
        }
    }
}
