using System.Buffers.Binary;

namespace MLNet.ResNetFamily;

/// <summary>
/// The first directory of a TIFF file (TIFF 6.0, section 2). The decoder below makes room for whatever a file claims, so the claims, and
/// whether the file is whole, are checked here.
/// </summary>
internal static class TiffFile
{
    private const int EntryLength = 12;

    /// <summary>The decoder sorts its list of tags anew for each unknown one; files have about twenty.</summary>
    private const int MostEntries = 500;

    /// <summary>Most bits of a pixel that are decoded, such as four samples of 16.</summary>
    private const int MostPixelBits = 128;

    /// <summary>Tiles are padded, and small images have one that is larger than they are.</summary>
    private const int LargestPaddedTile = 1024;

    private enum Tag
    {
        Width = 256, Height = 257, BitsPerSample = 258, StripOffsets = 273, Orientation = 274, SamplesPerPixel = 277, RowsPerStrip = 278,
        StripLengths = 279, PlanarConfiguration = 284, TileWidth = 322, TileHeight = 323, TileOffsets = 324, TileLengths = 325,
    }

    /// <summary>The size of the image, as it is stored.</summary>
    public static ImageHeader ReadHeader(ReadOnlySpan<byte> bytes, string origin)
    {
        var directory = new Directory(bytes, origin);
        var (width, height) = (directory.First(Tag.Width), directory.First(Tag.Height));
        return width <= int.MaxValue && height <= int.MaxValue
            ? new(ImageFormat.Tiff, (int)width, (int)height)
            : throw ImageHeader.Damaged(origin, "TIFF", $"it claims {width} x {height} pixels");
    }

    /// <summary>
    /// The <see cref="ImageOrientation"/> that a TIFF file says, or EXIF data, which have its form; normal where these are damaged.
    /// </summary>
    public static int ReadOrientation(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return bytes.IsEmpty
                ? ImageOrientation.Normal
                : (int)new Directory(bytes, origin: "EXIF").First(Tag.Orientation, ImageOrientation.Normal);
        }
        catch (InvalidDataException)
        {
            return ImageOrientation.Normal;
        }
    }

    /// <summary>Checks that all strips or tiles are there, and that they need no more memory than the image.</summary>
    /// <exception cref="InvalidDataException">They are not, or do.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, in ImageHeader header, string origin)
    {
        var directory = new Directory(bytes, origin);
        var samples = directory.First(Tag.SamplesPerPixel, 1);
        var bits = samples * directory.First(Tag.BitsPerSample, 1);
        if (bits is 0 or > MostPixelBits)
        {
            throw new InvalidDataException(
                $"'{origin}': this TIFF image has {bits} bits a pixel ({samples} samples), but 1 to {MostPixelBits} are decoded. " +
                "Save it again as RGB with 8 bits a sample.");
        }
        var isTiled = directory.Find(Tag.TileOffsets) >= 0;
        var width = isTiled ? directory.First(Tag.TileWidth) : header.Width;
        var height = isTiled ? directory.First(Tag.TileHeight) : Math.Min(directory.First(Tag.RowsPerStrip, uint.MaxValue), header.Height);
        if (width <= 0 || width > Math.Max(header.Width, LargestPaddedTile)
            || height <= 0 || height > Math.Max(header.Height, LargestPaddedTile))
            throw ImageHeader.Damaged(origin, "TIFF", $"its image data comes in parts of {width} x {height} pixels");

        var count = (header.Width + width - 1) / width * ((header.Height + height - 1) / height);
        if (directory.First(Tag.PlanarConfiguration, 1) == 2)
            count *= samples;
        var offsets = directory.Find(isTiled ? Tag.TileOffsets : Tag.StripOffsets);
        var lengths = directory.Find(isTiled ? Tag.TileLengths : Tag.StripLengths);
        if (directory.Count(offsets) < count || directory.Count(lengths) < count)
            throw ImageHeader.Damaged(origin, "TIFF", $"{count} parts of its image data are needed, but fewer are listed");
        for (var part = 0; part < count; part++)
        {
            if (directory.Value(offsets, part) + directory.Value(lengths, part) is var end && end > bytes.Length)
                throw ImageHeader.CutOff(origin, "TIFF", bytes.Length, $"{end - bytes.Length} bytes more");
        }
    }

    /// <summary>The entries of the directory, all of whose values lie inside the file.</summary>
    private readonly ref struct Directory
    {
        private readonly ReadOnlySpan<byte> _bytes, _entries;
        private readonly string _origin;
        private readonly bool _isLittleEndian;

        public Directory(ReadOnlySpan<byte> bytes, string origin)
        {
            _bytes = bytes;
            (_origin, _isLittleEndian) = (origin, bytes[0] == 'I');
            var offset = Word(Slice(4, 4));
            var count = Short(Slice(offset, 2));
            if (count > MostEntries)
                throw ImageHeader.Damaged(origin, "TIFF", $"it has {count} entries, more than {MostEntries}");
            _entries = Slice(offset + 2L, count * EntryLength);
            for (var place = 0; place < _entries.Length; place += EntryLength)
                Values(_entries[place..]);
        }

        /// <summary>The place of an entry, negative where there is none.</summary>
        public int Find(Tag tag)
        {
            for (var place = 0; place < _entries.Length; place += EntryLength)
            {
                if (Short(_entries[place..]) == (int)tag)
                    return place;
            }
            return -1;
        }

        /// <summary>The number of values of the entry at a place.</summary>
        public uint Count(int place) => place < 0 ? 0 : Word(_entries[(place + 4)..]);

        public long First(Tag tag, long? absent = null) => Find(tag) is var place && Count(place) > 0
            ? Value(place, 0)
            : absent ?? throw ImageHeader.Damaged(_origin, "TIFF", $"it has no entry {(int)tag} ({tag})");

        /// <summary>A value of the entry at a place.</summary>
        public long Value(int place, int index)
        {
            var entry = _entries[place..];
            var values = Values(entry);
            return Short(entry[2..]) switch
            {
                1 => values[index],
                3 => Short(values[(2 * index)..]),
                4 => Word(values[(4 * index)..]),
                var type => throw ImageHeader.Damaged(_origin, "TIFF", $"entry {Short(entry)} has the type {type}"),
            };
        }

        private ReadOnlySpan<byte> Values(ReadOnlySpan<byte> entry)
        {
            var length = Word(entry[4..]) * (Short(entry[2..]) switch
            {
                3 or 8 => 2L,
                4 or 9 or 11 or 13 => 4L,
                5 or 10 or 12 => 8L,
                _ => 1L,
            });
            return length <= 4 ? entry.Slice(8, (int)length) : Slice(Word(entry[8..]), length);
        }

        private ReadOnlySpan<byte> Slice(long offset, long length) => offset + length <= _bytes.Length
            ? _bytes.Slice((int)offset, (int)length)
            : throw ImageHeader.CutOff(_origin, "TIFF", _bytes.Length, $"{offset + length - _bytes.Length} bytes more");

        private uint Word(ReadOnlySpan<byte> bytes) => _isLittleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
            : BinaryPrimitives.ReadUInt32BigEndian(bytes);

        private ushort Short(ReadOnlySpan<byte> bytes) => _isLittleEndian
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
            : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }
}
