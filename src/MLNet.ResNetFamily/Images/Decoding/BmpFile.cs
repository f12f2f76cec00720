using System.Buffers.Binary;

namespace MLNet.ResNetFamily;

/// <summary>The header of a BMP file; the decoder below is not asked whether all rows are there, so that is found out here.</summary>
internal static class BmpFile
{
    private const int FileHeaderLength = 14, OldHeaderLength = 12, HeaderLength = 40;
    private const uint RunLengths8 = 1, RunLengths4 = 2;

    /// <summary>The size of the image.</summary>
    public static ImageHeader ReadHeader(ReadOnlySpan<byte> bytes, string origin)
    {
        if (bytes.Length < FileHeaderLength + OldHeaderLength)
            throw ImageHeader.CutOff(origin, "BMP", bytes.Length, "the rest of its header");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[FileHeaderLength..]);
        if (length != OldHeaderLength && length < HeaderLength)
        {
            throw ImageHeader.Damaged(
                origin, "BMP", $"its header has {length} bytes instead of {OldHeaderLength}, {HeaderLength}, or more");
        }
        if (bytes.Length < FileHeaderLength + (long)length)
            throw ImageHeader.CutOff(origin, "BMP", bytes.Length, "the rest of its header");
        if (length == OldHeaderLength)
            return new(ImageFormat.Bmp, Short(bytes, 18), Short(bytes, 20));

        // Rows go from bottom to top; where they go from top to bottom, the height is negative.
        var (width, height) = ((int)Word(bytes, 18), (int)Word(bytes, 22));
        return height > int.MinValue
            ? new(ImageFormat.Bmp, width, Math.Abs(height))
            : throw ImageHeader.Damaged(origin, "BMP", $"it claims {width} x {height} pixels");
    }

    /// <summary>Checks that all image data is there.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, in ImageHeader header, string origin)
    {
        var isOld = Word(bytes, FileHeaderLength) == OldHeaderLength;
        var bits = Short(bytes, isOld ? 24 : 28);
        var isCompressed = !isOld && Word(bytes, 30) is RunLengths8 or RunLengths4;
        var end = Word(bytes, 10) + (isCompressed ? Word(bytes, 34) : ((long)header.Width * bits + 31) / 32 * 4 * header.Height);
        if (end > bytes.Length)
            throw ImageHeader.CutOff(origin, "BMP", bytes.Length, FormattableString.Invariant($"{end - bytes.Length:N0} bytes more"));
    }

    private static uint Word(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static ushort Short(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);
}
