using System.IO.Compression;
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>A schema as a binary data view file without rows: header, annotation values, table of contents, tail.</summary>
internal static class BinarySchema
{
    private const int HeaderSize = 256;
    private const ulong HeadMark = 0x00425644004C4D43;
    private const ulong TailMark = 0x434D4C0044564200;
    private const ulong Version = 0x0001000100010006;

    public static void Write(Stream stream, DataViewSchema schema)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(new byte[HeaderSize]);

        // Columns of custom types cannot be written; genuine ML.NET leaves them out, too.
        var columns = schema.Where(column => TypeCodec.CanWrite(column.Type)).ToArray();
        var annotations = columns.Select(column => WriteAnnotations(writer, column.Annotations)).ToArray();

        var contents = stream.Position;
        for (var i = 0; i < columns.Length; i++)
        {
            writer.Write(columns[i].Name);
            TypeCodec.WriteType(writer, columns[i].Type);
            writer.Write((byte)Compression.None);
            writer.Write7BitEncodedInt64(1);
            writer.Write((long)HeaderSize);
            writer.Write(annotations[i]);
        }

        var tail = stream.Position;
        writer.Write(TailMark);
        stream.Position = 0;
        writer.Write(HeadMark);
        writer.Write(Version);
        writer.Write(Version);
        writer.Write(contents);
        writer.Write(tail);
        writer.Write(0L);
        writer.Write(columns.Length);
        writer.Flush();
        stream.Position = stream.Length;
    }

    public static DataViewSchema Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        Contracts.CheckDecode(stream.Length >= HeaderSize && reader.ReadUInt64() == HeadMark, "This does not appear to be a binary dataview file");
        reader.ReadUInt64();
        Contracts.CheckDecode(reader.ReadUInt64() <= Version, "The schema was written by a newer version");
        var contents = reader.ReadInt64();
        reader.ReadInt64();
        reader.ReadInt64();
        var count = reader.ReadInt32();

        var builder = new DataViewSchema.Builder();
        for (var i = 0; i < count; i++)
        {
            stream.Position = contents;
            var name = reader.ReadString();
            var type = TypeCodec.ReadType(reader);
            reader.ReadByte();
            reader.Read7BitEncodedInt64();
            reader.ReadInt64();
            var annotations = reader.ReadInt64();
            contents = stream.Position;
            if (type is not null)
                builder.AddColumn(name, type, annotations == 0 ? null : ReadAnnotations(reader, annotations));
        }

        return builder.ToSchema();
    }

    private static long WriteAnnotations(BinaryWriter writer, DataViewSchema.Annotations annotations)
    {
        var places = new List<(DataViewSchema.Column Column, long Start, long Size)>();
        foreach (var column in annotations.Schema.Where(column => TypeCodec.CanWrite(column.Type)))
        {
            writer.Flush();
            var start = writer.BaseStream.Position;
            RowCursorUtils.InvokeGeneric(WriteValue<int>, column.Type.RawType, writer, annotations, column);
            writer.Flush();
            places.Add((column, start, writer.BaseStream.Position - start));
        }

        if (places.Count == 0)
            return 0;

        var contents = writer.BaseStream.Position;
        writer.Write7BitEncodedInt64(places.Count);
        foreach (var (column, start, size) in places)
        {
            writer.Write(column.Name);
            TypeCodec.WriteType(writer, column.Type);
            writer.Write((byte)Compression.None);
            writer.Write(start);
            writer.Write7BitEncodedInt64(size);
        }

        writer.Flush();
        return contents;
    }

    private static void WriteValue<TValue>(BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column column)
    {
        TValue value = default;
        annotations.GetGetter<TValue>(column)(ref value);
        TypeCodec.WriteValue(writer, column.Type, value);
    }

    private static DataViewSchema.Annotations ReadAnnotations(BinaryReader reader, long contents)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        reader.BaseStream.Position = contents;
        var count = reader.Read7BitEncodedInt64();
        contents = reader.BaseStream.Position;
        for (var i = 0; i < count; i++)
        {
            reader.BaseStream.Position = contents;
            var name = reader.ReadString();
            var type = TypeCodec.ReadType(reader);
            var compression = (Compression)reader.ReadByte();
            var start = reader.ReadInt64();
            var size = reader.Read7BitEncodedInt64();
            contents = reader.BaseStream.Position;
            if (type is null)
                continue;

            reader.BaseStream.Position = start;
            var bytes = reader.ReadBytes((int)size);
            RowCursorUtils.InvokeGeneric(AddValue<int>, type.RawType, builder, name, type, Expand(bytes, compression));
        }

        return builder.ToAnnotations();
    }

    private static void AddValue<TValue>(DataViewSchema.Annotations.Builder builder, string name, DataViewType type, Stream bytes)
    {
        using var reader = new BinaryReader(bytes, Encoding.UTF8);
        var value = (TValue)TypeCodec.ReadValue(reader, type);
        builder.Add(name, type, (ref TValue destination) => destination = value);
    }

    private static Stream Expand(byte[] bytes, Compression compression) => compression switch
    {
        Compression.None => new MemoryStream(bytes),
        Compression.Deflate => new DeflateStream(new MemoryStream(bytes), CompressionMode.Decompress),
        _ => throw Contracts.ExceptDecode($"Unknown compression {compression}"),
    };

    private enum Compression : byte
    {
        None = 0,
        Deflate = 1,
    }
}

/// <summary>How column types and single values of them are written.</summary>
internal static class TypeCodec
{
    private const string Text = "TextSpan";
    private const string Vector = "VBuffer";
    private const string Key = "Key2";

    private static readonly Dictionary<string, PrimitiveDataViewType> Simple = new PrimitiveDataViewType[]
    {
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16,
        NumberDataViewType.Int32, NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64,
        NumberDataViewType.Single, NumberDataViewType.Double, BooleanDataViewType.Instance,
        DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance, TimeSpanDataViewType.Instance,
    }.ToDictionary(type => type.RawType.Name);

    public static bool CanWrite(DataViewType type) => type switch
    {
        VectorDataViewType vector => CanWrite(vector.ItemType),
        KeyDataViewType or TextDataViewType => true,
        _ => Simple.ContainsValue(type as PrimitiveDataViewType),
    };

    public static void WriteType(BinaryWriter writer, DataViewType type)
    {
        var parameters = new MemoryStream();
        var inner = new BinaryWriter(parameters);
        switch (type)
        {
            case VectorDataViewType vector:
                writer.Write(Vector);
                WriteType(inner, vector.ItemType);
                inner.Write(vector.Dimensions.Length);
                foreach (var dimension in vector.Dimensions)
                    inner.Write(dimension);
                break;
            case KeyDataViewType key:
                writer.Write(Key);
                WriteType(inner, ColumnTypeExtensions.PrimitiveTypeFromType(key.RawType));
                inner.Write(key.Count);
                break;
            default:
                writer.Write(type is TextDataViewType ? Text : type.RawType.Name);
                break;
        }

        writer.Write7BitEncodedInt64(parameters.Length);
        writer.Write(parameters.ToArray());
        writer.Flush();
    }

    /// <summary>The type, or null where it is none of those known here.</summary>
    public static DataViewType ReadType(BinaryReader reader)
    {
        var name = reader.ReadString();
        var parameters = reader.ReadBytes((int)reader.Read7BitEncodedInt64());
        var inner = new BinaryReader(new MemoryStream(parameters));
        switch (name)
        {
            case Text:
                return TextDataViewType.Instance;
            case Vector:
                var itemType = ReadType(inner) as PrimitiveDataViewType;
                var dimensions = Enumerable.Range(0, inner.ReadInt32()).Select(_ => inner.ReadInt32()).ToArray();
                return itemType is null ? null : new VectorDataViewType(itemType, dimensions);
            case Key:
                var rawType = ReadType(inner).RawType;
                return new KeyDataViewType(rawType, inner.ReadUInt64());
            default:
                return Simple.GetValueOrDefault(name);
        }
    }

    public static void WriteValue(BinaryWriter writer, DataViewType type, object value)
    {
        if (type is VectorDataViewType vector)
            RowCursorUtils.InvokeGeneric(WriteVector<int>, vector.ItemType.RawType, writer, vector, value);
        else
            WriteItems(writer, type, new[] { value });
    }

    public static object ReadValue(BinaryReader reader, DataViewType type)
        => type is VectorDataViewType vector
            ? RowCursorUtils.InvokeGeneric(ReadVector<int>, vector.ItemType.RawType, reader, vector)
            : ReadItems(reader, type, 1)[0];

    public static void WriteItems(BinaryWriter writer, DataViewType type, IReadOnlyCollection<object> items)
    {
        switch (type)
        {
            case TextDataViewType:
                var all = new StringBuilder();
                writer.Write(items.Count);
                foreach (ReadOnlyMemory<char> text in items)
                    writer.Write(all.Append(text).Length);
                writer.Write(all.ToString());
                return;
            case BooleanDataViewType:
                foreach (var eight in items.Cast<bool>().Chunk(8))
                    writer.Write((byte)eight.Select((bit, i) => bit ? 1 << i : 0).Sum());
                return;
            default:
                foreach (var item in items)
                    WriteNumber(writer, item);
                return;
        }
    }

    public static object[] ReadItems(BinaryReader reader, DataViewType type, int count)
    {
        switch (type)
        {
            case TextDataViewType:
                Contracts.CheckDecode(reader.ReadInt32() == count, "Corrupt text block");
                var ends = Enumerable.Range(0, count).Select(_ => reader.ReadInt32()).ToArray();
                var all = reader.ReadString();
                return ends.Select((end, i) => (object)all.AsMemory((i == 0 ? 0 : ends[i - 1])..end)).ToArray();
            case BooleanDataViewType:
                var bytes = reader.ReadBytes((count + 7) / 8);
                return Enumerable.Range(0, count).Select(i => (object)((bytes[i / 8] >> (i % 8) & 1) != 0)).ToArray();
            default:
                return Enumerable.Range(0, count).Select(_ => ReadNumber(reader, type.RawType)).ToArray();
        }
    }

    // One vector in a block of vectors: how many, their size, each one's count (-1: dense), all indices, all values.
    private static void WriteVector<TItem>(BinaryWriter writer, VectorDataViewType type, object value)
    {
        var buffer = (VBuffer<TItem>)value;
        writer.Write(1);
        writer.Write(buffer.Length);
        if (buffer.Length == 0)
            writer.Write(0);
        writer.Write(-1);
        writer.Write(0);
        WriteItems(writer, type.ItemType, buffer.DenseValues().Cast<object>().ToArray());
    }

    private static object ReadVector<TItem>(BinaryReader reader, VectorDataViewType type)
    {
        Contracts.CheckDecode(reader.ReadInt32() == 1, "Corrupt vector block");
        var size = reader.ReadInt32();
        var length = size == 0 ? reader.ReadInt32() : size;
        var count = reader.ReadInt32();
        var indices = Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadInt32()).ToArray();
        var values = ReadItems(reader, type.ItemType, count < 0 ? length : count).Cast<TItem>().ToArray();
        return new VBuffer<TItem>(length, values.Length, values, indices);
    }

    private static void WriteNumber(BinaryWriter writer, object number)
    {
        switch (number)
        {
            case sbyte value: writer.Write(value); break;
            case byte value: writer.Write(value); break;
            case short value: writer.Write(value); break;
            case ushort value: writer.Write(value); break;
            case int value: writer.Write(value); break;
            case uint value: writer.Write(value); break;
            case long value: writer.Write(value); break;
            case ulong value: writer.Write(value); break;
            case float value: writer.Write(value); break;
            case double value: writer.Write(value); break;
            default: throw Contracts.Except($"A value of type '{number.GetType()}' cannot be written");
        }
    }

    private static object ReadNumber(BinaryReader reader, Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.SByte => (object)reader.ReadSByte(),
        TypeCode.Byte => reader.ReadByte(),
        TypeCode.Int16 => reader.ReadInt16(),
        TypeCode.UInt16 => reader.ReadUInt16(),
        TypeCode.Int32 => reader.ReadInt32(),
        TypeCode.UInt32 => reader.ReadUInt32(),
        TypeCode.Int64 => reader.ReadInt64(),
        TypeCode.UInt64 => reader.ReadUInt64(),
        TypeCode.Single => reader.ReadSingle(),
        TypeCode.Double => reader.ReadDouble(),
        _ => throw Contracts.ExceptDecode($"A value of type '{type}' cannot be read"),
    };
}
