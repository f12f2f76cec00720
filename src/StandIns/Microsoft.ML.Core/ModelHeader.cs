using System.Text;

namespace Microsoft.ML;

/// <summary>
/// The 256 bytes before each component of a saved model. All positions count from the header's first byte:
/// model, string table (cumulated sizes), string characters, loader's assembly name, tail.
/// </summary>
internal sealed record ModelHeader
{
    public const int Size = 0x100;
    public const int LoaderSignatureSize = 24;

    private const ulong HeadMark = 0x4C45444F4D004C4D;
    private const ulong TailMark = 0x4D4C004D4F44454C;
    private const uint FirstVersion = 0x00010001;
    private const uint Version = 0x00010002;

    public ulong ModelSignature { get; init; }

    public uint ModelVerWritten { get; init; }

    public uint ModelVerReadable { get; init; }

    public string LoaderSignature { get; init; } = "";

    public string LoaderSignatureAlt { get; init; } = "";

    public long ModelEnd { get; private init; }

    public long End { get; private init; }

    public static ModelHeader Of(VersionInfo version) => new()
    {
        ModelSignature = version.ModelSignature,
        ModelVerWritten = version.VerWrittenCur,
        ModelVerReadable = version.VerReadableCur,
        LoaderSignature = version.LoaderSignature ?? "",
        LoaderSignatureAlt = version.LoaderSignatureAlt ?? "",
    };

    /// <summary>Writes what follows the model at the stream's position, then the header at <paramref name="start"/>.</summary>
    public void Write(BinaryWriter writer, long start, IReadOnlyCollection<string> strings, string assemblyName)
    {
        var modelSize = writer.BaseStream.Position - start - Size;

        long table = 0, characters = 0, name = 0;
        if (strings.Count > 0)
        {
            table = writer.BaseStream.Position - start;
            long end = 0;
            foreach (var text in strings)
                writer.Write(end += text.Length * sizeof(char));
            characters = writer.BaseStream.Position - start;
            foreach (var text in strings)
                writer.Write(Encoding.Unicode.GetBytes(text));
        }

        var charactersEnd = writer.BaseStream.Position - start;
        if (!string.IsNullOrEmpty(assemblyName))
        {
            name = charactersEnd;
            writer.Write(Encoding.Unicode.GetBytes(assemblyName));
        }

        var tail = writer.BaseStream.Position - start;
        writer.Write(TailMark);
        writer.Flush();
        var limit = writer.BaseStream.Position - start;

        var header = new MemoryStream(Size);
        var fields = new BinaryWriter(header);
        fields.Write(HeadMark);
        fields.Write(Version);
        fields.Write(Version);
        fields.Write((long)Size);
        fields.Write(modelSize);
        fields.Write(table);
        fields.Write(characters - table);
        fields.Write(characters);
        fields.Write(table == 0 ? 0 : charactersEnd - characters);
        fields.Write(ModelSignature);
        fields.Write(ModelVerWritten);
        fields.Write(ModelVerReadable);
        WriteSignature(fields, LoaderSignature);
        WriteSignature(fields, LoaderSignatureAlt);
        fields.Write(tail);
        fields.Write(limit);
        fields.Write(name);
        fields.Write(name == 0 ? 0u : (uint)(tail - name));
        header.SetLength(Size);

        writer.BaseStream.Position = start;
        writer.Write(header.ToArray());
        writer.BaseStream.Position = start + limit;
    }

    /// <summary>Reads a header and its strings, and leaves the stream at the model's first byte.</summary>
    public static ModelHeader Read(BinaryReader reader, out string[] strings, out string assemblyName)
    {
        var stream = reader.BaseStream;
        var start = stream.Position;
        Contracts.CheckDecode(stream.Length - start >= Size, "Corrupt model file");

        Contracts.CheckDecode(reader.ReadUInt64() == HeadMark, "Wrong file type");
        var written = reader.ReadUInt32();
        var readable = reader.ReadUInt32();
        Contracts.CheckDecode(readable <= written, "Corrupt file header");
        Contracts.CheckDecode(readable <= Version, "File is too new");
        Contracts.CheckDecode(written >= FirstVersion, "File is too old");

        var model = reader.ReadInt64();
        var modelSize = reader.ReadInt64();
        var table = reader.ReadInt64();
        var tableSize = reader.ReadInt64();
        var characters = reader.ReadInt64();
        var charactersSize = reader.ReadInt64();
        var header = new ModelHeader
        {
            ModelSignature = reader.ReadUInt64(),
            ModelVerWritten = reader.ReadUInt32(),
            ModelVerReadable = reader.ReadUInt32(),
            LoaderSignature = ReadSignature(reader),
            LoaderSignatureAlt = ReadSignature(reader),
            ModelEnd = model + modelSize,
        };
        var tail = reader.ReadInt64();
        header = header with { End = reader.ReadInt64() };
        var name = written < Version ? 0 : reader.ReadInt64();
        var nameSize = written < Version ? 0 : reader.ReadUInt32();

        Contracts.CheckDecode(model == Size && modelSize >= 0, "Corrupt file header");
        Contracts.CheckDecode(
            table == 0 ? tableSize == 0 && charactersSize == 0
                : table == header.ModelEnd && tableSize > 0 && tableSize % sizeof(long) == 0 && characters == table + tableSize && charactersSize >= 0,
            "Corrupt file header");
        var charactersEnd = table == 0 ? header.ModelEnd : characters + charactersSize;
        Contracts.CheckDecode(tail == charactersEnd + nameSize && (name == 0 || name == charactersEnd), "Corrupt file header");
        Contracts.CheckDecode(header.End == tail + sizeof(ulong) && stream.Length - start >= header.End, "Corrupt file header");

        strings = ReadStrings(reader, start + table, (int)(tableSize / sizeof(long)), charactersSize);
        stream.Position = start + charactersEnd;
        assemblyName = name == 0 ? null : Encoding.Unicode.GetString(reader.ReadBytes((int)nameSize));
        stream.Position = start + tail;
        Contracts.CheckDecode(reader.ReadUInt64() == TailMark, "Corrupt model file tail");

        stream.Position = start + Size;
        return header;
    }

    public void CheckVersion(VersionInfo version)
    {
        Contracts.CheckDecode(ModelSignature == version.ModelSignature, "Unknown file type");
        Contracts.CheckDecode(ModelVerReadable <= ModelVerWritten, "Corrupt file header");
        Contracts.CheckDecode(ModelVerReadable <= version.VerWrittenCur, $"Cannot read component '{version.LoaderSignature}' of the model, because the model is too new.");
        Contracts.CheckDecode(ModelVerWritten >= version.VerWeCanReadBack, $"Cannot read component '{version.LoaderSignature}' of the model, because the model is too old.");
    }

    private static string[] ReadStrings(BinaryReader reader, long table, int count, long charactersSize)
    {
        reader.BaseStream.Position = table;
        var ends = new long[count];
        for (var i = 0; i < count; i++)
            ends[i] = reader.ReadInt64();

        var strings = new string[count];
        for (var i = 0; i < count; i++)
        {
            var size = ends[i] - (i == 0 ? 0 : ends[i - 1]);
            Contracts.CheckDecode(size >= 0 && ends[i] <= charactersSize && size % sizeof(char) == 0, "Corrupt file header");
            strings[i] = Encoding.Unicode.GetString(reader.ReadBytes((int)size));
        }

        return strings;
    }

    private static void WriteSignature(BinaryWriter writer, string signature)
        => writer.Write(Encoding.Latin1.GetBytes(signature.PadRight(LoaderSignatureSize, '\0')));

    private static string ReadSignature(BinaryReader reader)
        => Encoding.Latin1.GetString(reader.ReadBytes(LoaderSignatureSize)).TrimEnd('\0');
}
