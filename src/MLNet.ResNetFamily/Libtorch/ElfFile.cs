using System.Buffers.Binary;
using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>
/// Reads the tables of a Linux library (ELF, 64 bits, little-endian) that say which versions it needs and has, and where its symbols are.
/// </summary>
/// <param name="content">The file; read only where it is asked for.</param>
internal sealed class ElfFile(Stream content)
{
    private const uint Symbols = 2, DynamicSymbols = 11, DefinedVersions = 0x6ffffffd, NeededVersions = 0x6ffffffe,
        VersionsOfSymbols = 0x6fffffff;
    private const int SymbolLength = 24;

    private readonly Section[] _sections = ReadSections(content);

    /// <summary>The versions of other libraries that the file needs.</summary>
    public IReadOnlyList<VersionNeed> Needs
    {
        get
        {
            var needs = new List<VersionNeed>();
            if (Find(NeededVersions) is not { } section)
                return needs;
            var names = Text(_sections[section.Link]);
            var table = Read(section);
            for (uint entry = 0, step = 1; step != 0; entry += step)
            {
                var library = names(Word(table, entry + 4));
                for (uint need = entry + Word(table, entry + 8), next = 1; next != 0; need += next)
                {
                    next = Word(table, need + 12);
                    needs.Add(new VersionNeed(library, names(Word(table, need + 8)), Half(table, need + 6), section.Offset + need + 4));
                }
                step = Word(table, entry + 12);
            }
            return needs;
        }
    }

    /// <summary>The versions that the file has, such as GLIBCXX_3.4.30.</summary>
    public IReadOnlySet<string> Versions
    {
        get
        {
            var versions = new HashSet<string>();
            if (Find(DefinedVersions) is not { } section)
                return versions;
            var names = Text(_sections[section.Link]);
            var table = Read(section);
            for (uint entry = 0, step = 1; step != 0; entry += step)
            {
                versions.Add(names(Word(table, entry + Word(table, entry + 12))));
                step = Word(table, entry + 16);
            }
            return versions;
        }
    }

    /// <summary>The names of the symbols that are taken from one version of another library.</summary>
    public IReadOnlyList<string> SymbolsOf(VersionNeed need)
    {
        if (Find(VersionsOfSymbols) is not { } section)
            return [];
        var versions = Read(section);
        var symbols = _sections[section.Link];
        var table = Read(symbols);
        var names = Text(_sections[symbols.Link]);
        return Enumerable.Range(0, versions.Length / 2)
            .Where(i => Half(versions, (uint)i * 2) == need.Index)
            .Select(i => names(Word(table, (uint)(i * SymbolLength))))
            .ToArray();
    }

    /// <summary>Where symbols are, those included that other files cannot see.</summary>
    /// <param name="wanted">Their names; a name that the file lacks is left out of the result.</param>
    public IReadOnlyDictionary<string, Symbol> Locate(params IReadOnlyCollection<string> wanted)
    {
        var found = new Dictionary<string, Symbol>();
        foreach (var kind in (uint[])[DynamicSymbols, Symbols])
        {
            if (found.Count == wanted.Count || Find(kind) is not { } section)
                continue;
            var names = Read(_sections[section.Link]);
            var table = Read(section);
            var keys = wanted.Select(name => (Name: name, Bytes: Encoding.ASCII.GetBytes(name + '\0'))).ToArray();
            for (var at = 0; at + SymbolLength <= table.Length; at += SymbolLength)
            {
                var rest = names.AsSpan((int)Word(table, (uint)at));
                foreach (var (name, bytes) in keys)
                {
                    if (rest.StartsWith(bytes))
                        found.TryAdd(name, new Symbol(Long(table, (uint)at + 8), Long(table, (uint)at + 16)));
                }
            }
        }
        return found;
    }

    private Section? Find(uint type) =>
        _sections.Where(section => section.Type == type).Select(section => (Section?)section).FirstOrDefault();

    private Func<uint, string> Text(Section section)
    {
        var bytes = Read(section);
        return at => Encoding.ASCII.GetString(bytes.AsSpan((int)at, Array.IndexOf(bytes, (byte)0, (int)at) - (int)at));
    }

    private byte[] Read(Section section) => Read(content, section.Offset, checked((int)section.Length));
    private static byte[] Read(Stream content, long offset, int length)
    {
        var bytes = new byte[length];
        content.Position = offset;
        content.ReadExactly(bytes);
        return bytes;
    }

    private static Section[] ReadSections(Stream content)
    {
        const int HeaderLength = 64;
        var header = Read(content, 0, HeaderLength);
        if (header is not [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, ..])
            throw new InvalidDataException("This is not a Linux library (ELF) of 64 bits in little-endian order.");
        var table = Read(content, checked((long)Long(header, 40)), Half(header, 58) * Half(header, 60));
        return Enumerable.Range(0, Half(header, 60)).Select(i => (uint)(i * Half(header, 58))).Select(at => new Section(
            Word(table, at + 4), checked((long)Long(table, at + 24)), checked((long)Long(table, at + 32)), Word(table, at + 40))).ToArray();
    }

    private static ushort Half(byte[] bytes, uint at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan((int)at));
    private static uint Word(byte[] bytes, uint at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan((int)at));
    private static ulong Long(byte[] bytes, uint at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan((int)at));

    private readonly record struct Section(uint Type, long Offset, long Length, uint Link);

    /// <summary>One version that a file needs.</summary>
    /// <param name="Library">The file that should have it, such as libstdc++.so.6.</param>
    /// <param name="Version">The version's name.</param>
    /// <param name="Index">Its number in the table that gives each symbol a version.</param>
    /// <param name="FlagsOffset">Where in the file its flags are: 16 bits.</param>
    internal sealed record VersionNeed(string Library, string Version, ushort Index, long FlagsOffset);

    /// <summary>A function or variable.</summary>
    /// <param name="Address">Relative to where the library is loaded.</param>
    /// <param name="Length">In bytes.</param>
    internal readonly record struct Symbol(ulong Address, ulong Length);
}
