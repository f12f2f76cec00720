using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace MLNet.ResNetFamily;

/// <summary>
/// A zip file whose directory has been checked against the file: nothing is extracted to disk, names cannot point outside the archive,
/// entries do not overlap, and no compressed entry inflates far beyond the file.
/// </summary>
internal sealed class SafeZipReader
{
    // An archive may inflate to this many times its own length, and this much more: weights hardly compress at all.
    private const int MaximumInflation = 4;
    private const long InflationAllowance = 16 << 20;
    private const int ChunkLength = 1 << 20;

    private readonly SafeFileHandle _file;
    private readonly string _origin;
    private readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);

    /// <summary>Reads and checks the directory.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged or hostile.</exception>
    public SafeZipReader(SafeFileHandle file, string origin)
    {
        _file = file;
        _origin = origin;
        var directory = new ZipDirectory(file, origin);
        foreach (var entry in directory.Entries)
        {
            CheckName(entry.Name);
            if (!_entries.TryAdd(entry.Name, entry))
                throw Broken($"the entry '{entry.Name}' stands twice in it");
        }
        CheckPlaces(directory.Start);
    }

    public IReadOnlyDictionary<string, ZipEntry> Entries => _entries;

    /// <summary>Compares the checksum of an entry with its bytes, keeping none of them.</summary>
    public void Verify(ZipEntry entry)
    {
        var chunk = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(entry.Length, 1, ChunkLength));
        try
        {
            using var content = Open(entry);
            var checksum = new Crc32();
            var rest = entry.Length;
            while (rest > 0)
            {
                var count = Read(content, entry, chunk.AsSpan(0, (int)Math.Min(rest, chunk.Length)));
                if (count == 0)
                    throw Broken($"the entry '{entry.Name}' should have {entry.Length} bytes, but {entry.Length - rest} are there");
                checksum.Append(chunk.AsSpan(0, count));
                rest -= count;
            }
            if (Read(content, entry, chunk.AsSpan(0, 1)) > 0)
                throw Broken($"the entry '{entry.Name}' is longer than the {entry.Length} bytes that it should have");
            if (checksum.GetCurrentHashAsUInt32() is var crc && crc != entry.Crc)
                throw Broken($"the entry '{entry.Name}' is damaged: its checksum (CRC-32) is {crc:x8}, but {entry.Crc:x8} is needed");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Fills the destination from a place inside an entry.</summary>
    public void Read(ZipEntry entry, long offset, Span<byte> destination)
    {
        if (!entry.IsDeflated)
        {
            if (offset + destination.Length > entry.Length || !FileRange.TryRead(_file, entry.Offset + offset, destination))
                throw Broken($"the entry '{entry.Name}' is too short");
            return;
        }
        using var content = Open(entry);
        Skip(content, entry, offset);
        while (destination.Length > 0)
        {
            var count = Read(content, entry, destination);
            if (count == 0)
                throw Broken($"the entry '{entry.Name}' is too short");
            destination = destination[count..];
        }
    }

    public InvalidDataException Broken(string fault) => ZipDirectory.Broken(_origin, fault);

    private void Skip(Stream content, ZipEntry entry, long count)
    {
        var chunk = new byte[Math.Min(count, 1 << 16)];
        while (count > 0)
        {
            var read = Read(content, entry, chunk.AsSpan(0, (int)Math.Min(count, chunk.Length)));
            if (read == 0)
                throw Broken($"the entry '{entry.Name}' is too short");
            count -= read;
        }
    }

    private int Read(Stream content, ZipEntry entry, Span<byte> destination)
    {
        try
        {
            return content.Read(destination);
        }
        catch (InvalidDataException error)
        {
            throw Broken($"the compressed entry '{entry.Name}' is damaged ({error.Message})");
        }
    }

    private Stream Open(ZipEntry entry)
    {
        var stored = new RangeStream(_file, entry.Offset, entry.StoredLength);
        return entry.IsDeflated ? new DeflateStream(stored, CompressionMode.Decompress) : stored;
    }

    private void CheckName(string name)
    {
        var isOutside = name.StartsWith('/') || name.IndexOfAny(['\\', ':', '\0']) >= 0 || name.Split('/').Contains("..");
        if (isOutside || name.Length == 0)
            throw Broken($"it has an entry named '{name}', which points outside the archive");
    }

    private void CheckPlaces(long directoryStart)
    {
        var (end, inflated) = (0L, 0L);
        foreach (var entry in _entries.Values.OrderBy(entry => entry.Offset).ThenBy(entry => entry.StoredLength))
        {
            if (entry.Offset < end)
                throw Broken($"the entry '{entry.Name}' overlaps the one before it");
            end = entry.Offset + entry.StoredLength;
            inflated = checked(inflated + entry.Length);
        }
        if (end > directoryStart)
            throw Broken("its entries reach into its directory");
        if (inflated > checked(directoryStart * MaximumInflation + InflationAllowance))
        {
            throw Broken($"its {directoryStart} bytes of entries would inflate to {inflated}, " +
                $"more than {MaximumInflation} times as much and {InflationAllowance >> 20} MiB");
        }
    }
}
