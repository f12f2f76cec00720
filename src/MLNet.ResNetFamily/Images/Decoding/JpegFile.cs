using System.Buffers.Binary;

namespace MLNet.ResNetFamily;

/// <summary>
/// Walks through the segments of a JPEG file (ITU-T T.81, annex B). The decoder below paints gray where data is missing and says
/// nothing, so whether the file is whole is found out here.
/// </summary>
internal static class JpegFile
{
    private const byte StartOfScan = 0xDA, EndOfImage = 0xD9, StartOfImage = 0xD8;

    /// <summary>
    /// Each may go over the whole image: a few kilobytes can ask for any number of them, which would take minutes. Encoders write about
    /// ten.
    /// </summary>
    private const int MostScans = 500;

    /// <summary>The size of the image, after the walk to the end marker.</summary>
    public static ImageHeader ReadHeader(ReadOnlySpan<byte> bytes, string origin)
    {
        var header = default(ImageHeader?);
        var scans = 0;
        var position = 2;
        while (true)
        {
            // Decoders skip stray bytes between segments and fill bytes before a marker.
            while (position < bytes.Length && bytes[position] != 0xFF)
                position++;
            while (position < bytes.Length && bytes[position] == 0xFF)
                position++;
            if (position >= bytes.Length)
                throw ImageHeader.CutOff(origin, "JPEG", bytes.Length, scans == 0 ? "the image" : "its end marker");
            var marker = bytes[position++];
            if (marker == EndOfImage)
                break;
            if (marker == StartOfImage)
                throw ImageHeader.Damaged(origin, "JPEG", "a second image starts inside the first");
            if (marker is 0 or 1 or (>= 0xD0 and <= 0xD7))
                continue;

            if (position + 2 > bytes.Length
                || position + BinaryPrimitives.ReadUInt16BigEndian(bytes[position..]) is var end && end > bytes.Length)
                throw ImageHeader.CutOff(origin, "JPEG", bytes.Length, "the rest of its header");
            if (end < position + 2)
                throw ImageHeader.Damaged(origin, "JPEG", $"segment {marker:X2} has an impossible length");
            if (IsStartOfFrame(marker))
            {
                header = header is null
                    ? ReadFrame(marker, bytes[(position + 2)..end], origin)
                    : throw ImageHeader.Damaged(origin, "JPEG", "it has two frame headers");
            }
            position = end;
            if (marker == StartOfScan)
            {
                if (++scans > MostScans)
                    throw ImageHeader.Damaged(origin, "JPEG", $"it has more than {MostScans} scans");
                position = SkipScan(bytes, position, origin);
            }
        }
        if (header is null || scans == 0)
            throw ImageHeader.Damaged(origin, "JPEG", header is null ? "it has no frame header" : "it has no image data");
        return header.Value;
    }

    /// <summary>SOF0 to SOF15; C4, C8 and CC in between are tables and an extension.</summary>
    private static bool IsStartOfFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static ImageHeader ReadFrame(byte marker, ReadOnlySpan<byte> frame, string origin)
    {
        if (frame.Length < 6)
            throw ImageHeader.Damaged(origin, "JPEG", "its frame header is too short");
        if (marker > 0xC2 || frame[0] != 8)
        {
            var kind = marker > 0xC2
                ? marker >= 0xC9 ? "arithmetic coding" : "lossless or hierarchical coding"
                : $"{frame[0]} bits a sample";
            throw new InvalidDataException(
                $"'{origin}': this JPEG image has {kind}, but only 8-bit baseline and progressive ones are decoded. " +
                "Save it again as one of these.");
        }
        if (frame[5] is not (1 or 3 or 4))
            throw ImageHeader.Damaged(origin, "JPEG", $"it has {frame[5]} color channels instead of 1, 3 or 4");
        return new(ImageFormat.Jpeg, BinaryPrimitives.ReadUInt16BigEndian(frame[3..]), BinaryPrimitives.ReadUInt16BigEndian(frame[1..]));
    }

    /// <summary>
    /// The place of the first marker behind the image data; a stuffed FF 00 and the restart markers are part of the data.
    /// </summary>
    private static int SkipScan(ReadOnlySpan<byte> bytes, int position, string origin)
    {
        while (true)
        {
            var next = bytes[position..].IndexOf((byte)0xFF);
            if (next < 0 || position + next + 1 >= bytes.Length)
                throw ImageHeader.CutOff(origin, "JPEG", bytes.Length, "more image data and an end marker");
            position += next;
            if (bytes[position + 1] is not (0 or (>= 0xD0 and <= 0xD7)))
                return position;
            position += 2;
        }
    }
}
