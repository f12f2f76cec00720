using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MLNet.ResNetFamily;

/// <summary>One file inside a zip file.</summary>
/// <param name="Name">Path inside the archive, parts separated by <c>/</c>.</param>
/// <param name="Offset">Where its bytes begin in the zip file.</param>
/// <param name="StoredLength">How many bytes it takes there.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Crc">Checksum of its bytes.</param>
/// <param name="IsDeflated">Whether it is compressed.</param>
internal sealed record ZipEntry(string Name, long Offset, long StoredLength, long Length, uint Crc, bool IsDeflated);

/// <summary>The central directory at the end of a zip file, with the 64-bit records that PyTorch always writes.</summary>
/// <remarks>PKWARE APPNOTE 6.3, sections 4.3.7 to 4.3.16; https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT.</remarks>
internal sealed class ZipDirectory
{
    private const uint LocalSignature = 0x04034b50, EntrySignature = 0x02014b50, EndSignature = 0x06054b50;
    private const uint End64Signature = 0x06064b50, Locator64Signature = 0x07064b50;
    private const int LocalLength = 30, EntryLength = 46, EndLength = 22, End64Length = 56, Locator64Length = 20;
    private const int MaximumEntryCount = 200_000;

    private readonly SafeFileHandle _file;
    private readonly string _origin;
    private readonly long _fileLength;

    /// <summary>Reads the directory and the header before each entry.</summary>
    /// <exception cref="InvalidDataException">The two do not agree, or one is damaged.</exception>
    public ZipDirectory(SafeFileHandle file, string origin)
    {
        _file = file;
        _origin = origin;
        _fileLength = RandomAccess.GetLength(file);
        (Start, var length, var count) = FindDirectory();
        Entries = ReadEntries(ReadBytes(Start, length), count);
    }

    /// <summary>Where the directory begins, and the entries end.</summary>
    public long Start { get; }

    public IReadOnlyList<ZipEntry> Entries { get; }

    public static InvalidDataException Broken(string origin, string fault) =>
        new($"'{origin}' is not a sound zip file: {fault}. Fetch or save the file again.");

    private InvalidDataException Broken(string fault) => Broken(_origin, fault);

    private (long Start, long Length, long Count) FindDirectory()
    {
        // The end record may be followed by a comment of up to 65,535 bytes.
        var tailStart = Math.Max(0, _fileLength - EndLength - ushort.MaxValue);
        var tail = ReadBytes(tailStart, _fileLength - tailStart);
        for (var at = tail.Length - EndLength; at >= 0; at--)
        {
            var end = tail.AsSpan(at);
            if (U32(end, 0) == EndSignature && at + EndLength + U16(end, 20) == tail.Length)
                return CheckedDirectory(end, tailStart + at);
        }
        throw Broken("the record that ends every zip file is missing; the file was cut off");
    }

    private (long Start, long Length, long Count) CheckedDirectory(ReadOnlySpan<byte> end, long endOffset)
    {
        long count = U16(end, 10), length = U32(end, 12), start = U32(end, 16), directoryEnd = endOffset;
        var agree = U16(end, 4) == 0 && U16(end, 6) == 0 && U16(end, 8) == count;

        var locator = endOffset >= Locator64Length ? ReadBytes(endOffset - Locator64Length, Locator64Length) : [];
        if (locator.Length > 0 && U32(locator, 0) == Locator64Signature)
        {
            directoryEnd = I64(locator, 8);
            if (directoryEnd != endOffset - Locator64Length - End64Length)
                throw Broken("its 64-bit end record is not where it should be");
            var end64 = ReadBytes(directoryEnd, End64Length);
            var (count64, length64, start64) = (I64(end64, 32), I64(end64, 40), I64(end64, 48));
            agree &= U32(end64, 0) == End64Signature && I64(end64, 24) == count64
                && (count == count64 || count == ushort.MaxValue)
                && (length == length64 || length == uint.MaxValue)
                && (start == start64 || start == uint.MaxValue);
            (count, length, start) = (count64, length64, start64);
        }

        if (!agree || start < 0 || length < 0 || length > directoryEnd || start != directoryEnd - length)
            throw Broken("its end record gives a place, a length or a count of entries that is not that of the directory");
        if (count < 0 || count > MaximumEntryCount || count * EntryLength > length)
            throw Broken($"its directory cannot hold {count} entries");
        return (start, length, count);
    }

    private List<ZipEntry> ReadEntries(ReadOnlySpan<byte> directory, long count)
    {
        var entries = new List<ZipEntry>((int)count);
        for (var index = 0; index < count; index++)
        {
            if (directory.Length < EntryLength || U32(directory, 0) != EntrySignature)
                throw Broken($"entry {index} of its directory is damaged");
            int nameLength = U16(directory, 28), extraLength = U16(directory, 30), commentLength = U16(directory, 32);
            if (directory.Length < EntryLength + nameLength + extraLength + commentLength)
                throw Broken($"entry {index} of its directory is cut off");
            var name = Encoding.UTF8.GetString(directory.Slice(EntryLength, nameLength));
            var entry = ReadEntry(directory, name, directory.Slice(EntryLength + nameLength, extraLength));
            if (!name.EndsWith('/'))
                entries.Add(entry);
            directory = directory[(EntryLength + nameLength + extraLength + commentLength)..];
        }
        if (directory.Length > 0)
            throw Broken("its directory is longer than its entries");
        return entries;
    }

    private ZipEntry ReadEntry(ReadOnlySpan<byte> record, string name, ReadOnlySpan<byte> extra)
    {
        int flags = U16(record, 8), method = U16(record, 10);
        long storedLength = U32(record, 20), length = U32(record, 24), local = U32(record, 42);
        var wide = Extra64(extra);
        length = Widen(length, ref wide, name);
        storedLength = Widen(storedLength, ref wide, name);
        local = Widen(local, ref wide, name);

        if ((flags & 1) != 0)
            throw Broken($"the entry '{name}' is encrypted");
        if (method is not (0 or 8))
            throw Broken($"the entry '{name}' is compressed by method {method}; only stored (0) and deflated (8) entries are read");
        if (length < 0 || storedLength < 0 || local < 0 || (method == 0 && length != storedLength))
            throw Broken($"the entry '{name}' has impossible lengths");

        var offset = DataOffset(local, name, method);
        if (storedLength > Start - offset)
            throw Broken($"the entry '{name}' reaches beyond the end of the data");
        return new ZipEntry(name, offset, storedLength, length, U32(record, 16), method == 8);
    }

    private long DataOffset(long local, string name, int method)
    {
        if (local > Start - LocalLength)
            throw Broken($"the entry '{name}' lies outside the file");
        var header = ReadBytes(local, LocalLength);
        int nameLength = U16(header, 26), extraLength = U16(header, 28);
        var offset = local + LocalLength + nameLength + extraLength;
        var agrees = U32(header, 0) == LocalSignature && U16(header, 8) == method && offset <= Start
            && Encoding.UTF8.GetString(ReadBytes(local + LocalLength, nameLength)) == name;
        return agrees ? offset : throw Broken($"the header before the entry '{name}' does not agree with the directory");
    }

    // The extra field 1 holds, in this order, those of length, stored length and offset whose 32-bit field is full.
    private static ReadOnlySpan<byte> Extra64(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int id = U16(extra, 0), length = Math.Min(U16(extra, 2), extra.Length - 4);
            if (id == 1)
                return extra.Slice(4, length);
            extra = extra[(4 + length)..];
        }
        return [];
    }

    private long Widen(long value, ref ReadOnlySpan<byte> wide, string name)
    {
        if (value != uint.MaxValue)
            return value;
        if (wide.Length < sizeof(long))
            throw Broken($"the entry '{name}' lacks its 64-bit lengths");
        value = I64(wide, 0);
        wide = wide[sizeof(long)..];
        return value;
    }

    private byte[] ReadBytes(long offset, long length)
    {
        var bytes = new byte[length];
        return offset >= 0 && FileRange.TryRead(_file, offset, bytes) ? bytes : throw Broken("it is cut off");
    }

    private static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long I64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
