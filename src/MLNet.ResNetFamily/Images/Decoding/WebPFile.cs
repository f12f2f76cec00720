using System.Buffers.Binary;

namespace MLNet.ResNetFamily;

/// <summary>Reads the chunks of a WebP file (RFC 9649) as far as its size and wholeness go.</summary>
internal static class WebPFile
{
    private const byte AnimationFlag = 0x02;

    /// <summary>The size of the image, after the walk through all chunks.</summary>
    public static ImageHeader ReadHeader(ReadOnlySpan<byte> bytes, string origin)
    {
        var end = 8 + (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (end > bytes.Length)
            throw ImageHeader.CutOff(origin, "WebP", bytes.Length, FormattableString.Invariant($"{end - bytes.Length:N0} bytes more"));
        var canvas = default((int Width, int Height)?);
        var image = default((int Width, int Height)?);
        for (var position = 12L; position + 8 <= end && image is null;)
        {
            var name = bytes.Slice((int)position, 4);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[((int)position + 4)..]);
            if (position + 8 + length > end)
                throw ImageHeader.Damaged(origin, "WebP", "a chunk reaches past the end");
            var chunk = bytes.Slice((int)position + 8, (int)length);
            if (name.SequenceEqual("VP8X"u8) && chunk.Length >= 10)
            {
                if ((chunk[0] & AnimationFlag) != 0)
                    throw new InvalidDataException($"'{origin}': this WebP image is an animation, but only still images are decoded. Save one frame of it.");
                canvas = (Read24(chunk[4..]) + 1, Read24(chunk[7..]) + 1);
            }
            else if (name.SequenceEqual("VP8 "u8) && chunk.Length >= 10 && chunk[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
            {
                image = (BinaryPrimitives.ReadUInt16LittleEndian(chunk[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(chunk[8..]) & 0x3FFF);
            }
            else if (name.SequenceEqual("VP8L"u8) && chunk.Length >= 5 && chunk[0] == 0x2F)
            {
                var sizes = BinaryPrimitives.ReadUInt32LittleEndian(chunk[1..]);
                image = ((int)(sizes & 0x3FFF) + 1, (int)(sizes >> 14 & 0x3FFF) + 1);
            }
            position += 8 + length + (length & 1);
        }
        if (image is not var (width, height))
            throw ImageHeader.Damaged(origin, "WebP", "it holds no image");
        if (canvas is not null && canvas != image)
            throw ImageHeader.Damaged(origin, "WebP", $"its header says {canvas.Value.Width} x {canvas.Value.Height}, its image is {width} x {height}");
        return new(ImageFormat.WebP, width, height);
    }

    private static int Read24(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8 | bytes[2] << 16;
}
