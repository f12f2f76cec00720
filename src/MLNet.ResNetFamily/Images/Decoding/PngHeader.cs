using System.Buffers.Binary;

namespace MLNet.ResNetFamily;

/// <summary>The first chunk of a PNG file: how large the image is and how its pixels are stored.</summary>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, int ColorType, bool IsInterlaced)
{
    public const int Gray = 0, Rgb = 2, Palette = 3, GrayAlpha = 4, Rgba = 6;

    public int Channels => ColorType switch { Rgb => 3, GrayAlpha => 2, Rgba => 4, _ => 1 };

    /// <summary>Distance between the same channel of neighbouring pixels in bytes, 1 where they share a byte.</summary>
    public int PixelBytes => Math.Max(1, Channels * BitDepth / 8);

    public static PngHeader Read(ReadOnlySpan<byte> bytes, string origin)
    {
        // Signature, then length, name, 13 bytes of data and check sum of the chunk.
        if (bytes.Length < 8 + 12 + 13)
            throw ImageHeader.CutOff(origin, "PNG", bytes.Length, "the rest of its header");
        var chunk = bytes[8..];
        if (BinaryPrimitives.ReadUInt32BigEndian(chunk) != 13 || !chunk[4..].StartsWith("IHDR"u8))
            throw ImageHeader.Damaged(origin, "PNG", "it does not begin with a header chunk");
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(chunk[8..]), BinaryPrimitives.ReadUInt32BigEndian(chunk[12..]));
        if (width > int.MaxValue || height > int.MaxValue)
            throw ImageHeader.Damaged(origin, "PNG", $"it claims {width} x {height} pixels");
        var header = new PngHeader((int)width, (int)height, chunk[16], chunk[17], chunk[20] == 1);
        var depthIsKnown = header.ColorType switch
        {
            Gray => header.BitDepth is 1 or 2 or 4 or 8 or 16,
            Palette => header.BitDepth is 1 or 2 or 4 or 8,
            Rgb or GrayAlpha or Rgba => header.BitDepth is 8 or 16,
            _ => false,
        };
        if (!depthIsKnown || chunk[18] != 0 || chunk[19] != 0 || chunk[20] > 1)
        {
            throw ImageHeader.Damaged(
                origin, "PNG", $"color type {header.ColorType} with {header.BitDepth} bits, compression {chunk[18]}, filter {chunk[19]}, interlacing {chunk[20]} does not exist");
        }
        return header;
    }

    /// <summary>Bytes of a row of <paramref name="width"/> pixels, without the filter's byte.</summary>
    public long RowBytes(int width) => ((long)width * Channels * BitDepth + 7) / 8;
}
