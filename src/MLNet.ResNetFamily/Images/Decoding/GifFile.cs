using System.Buffers.Binary;

namespace MLNet.ResNetFamily;

/// <summary>
/// Walks through the blocks of a GIF file (GIF89a specification). The decoder below is content when the first frame is there, so whether
/// the file is whole is found out here.
/// </summary>
internal static class GifFile
{
    private const byte Extension = 0x21, Frame = 0x2C, Trailer = 0x3B;

    /// <summary>Bytes before the global color table, and of a frame before its own.</summary>
    private const int HeaderLength = 13, FrameLength = 10;

    /// <summary>The size of the screen that frames are drawn on, after the walk to the end.</summary>
    public static ImageHeader ReadHeader(ReadOnlySpan<byte> bytes, string origin)
    {
        if (bytes.Length < HeaderLength)
            throw ImageHeader.CutOff(origin, "GIF", bytes.Length, "the rest of its header");
        var header = new ImageHeader(
            ImageFormat.Gif, BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]));
        var (frames, position) = (0, HeaderLength + ColorTableLength(bytes[10]));
        while (At(bytes, position, origin) is var block && block != Trailer)
        {
            switch (block)
            {
                case 0:
                    position++;
                    break;
                case Extension:
                    position = SkipBlocks(bytes, position + 2, origin);
                    break;
                case Frame:
                    frames++;
                    // Behind the color table stands the size of the first codes.
                    position += FrameLength + ColorTableLength(At(bytes, position + FrameLength - 1, origin)) + 1;
                    position = SkipBlocks(bytes, position, origin);
                    break;
                default:
                    throw ImageHeader.Damaged(origin, "GIF", $"no block begins with {block:X2}");
            }
        }
        return frames > 0 ? header : throw ImageHeader.Damaged(origin, "GIF", "it holds no image");
    }

    private static int ColorTableLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;

    private static int SkipBlocks(ReadOnlySpan<byte> bytes, int position, string origin)
    {
        while (At(bytes, position, origin) is > 0 and var length)
            position += 1 + length;
        return position + 1;
    }

    private static byte At(ReadOnlySpan<byte> bytes, int position, string origin) => position < bytes.Length
        ? bytes[position]
        : throw ImageHeader.CutOff(origin, "GIF", bytes.Length, "more image data or the end marker");
}
