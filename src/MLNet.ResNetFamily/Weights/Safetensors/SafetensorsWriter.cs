using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Writes tensors as a safetensors file or as a block of that format inside another stream.</summary>
internal static class SafetensorsWriter
{
    // The data begin at a multiple of this, as the reference implementation has it.
    private const int Alignment = 8;

    /// <summary>Writes tensors with their own types, bit for bit, one after another.</summary>
    /// <param name="stream">Where to write; need not be seekable and stays open.</param>
    /// <param name="tensors">Keys and tensors, on any device; a key must not come twice.</param>
    /// <param name="metadata">Free text entries for the header; null for none.</param>
    public static void Write(
        Stream stream, IEnumerable<(string Key, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        Write(stream, TensorToWrite.From(tensors), metadata);

    /// <inheritdoc cref="Write(Stream, IEnumerable{ValueTuple{string, Tensor}}, IReadOnlyDictionary{string, string})"/>
    public static void Write(Stream stream, IReadOnlyList<TensorToWrite> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        // Widest elements first, so that each tensor is aligned to its element; the header keeps the given order.
        var inDataOrder = tensors.OrderByDescending(tensor => DataTypes.Of(tensor.Description.DataType).ByteCount).ToList();
        WriteHeader(stream, tensors, Ranges(inDataOrder), metadata);
        foreach (var tensor in inDataOrder)
            tensor.Provide(stream.Write);
    }

    private static Dictionary<string, (long Begin, long End)> Ranges(IEnumerable<TensorToWrite> inDataOrder)
    {
        var ranges = new Dictionary<string, (long Begin, long End)>(StringComparer.Ordinal);
        var begin = 0L;
        foreach (var (description, _) in inDataOrder)
        {
            var end = checked(begin + description.ByteCount);
            if (description.Key == SafetensorsHeader.MetadataKey || !ranges.TryAdd(description.Key, (begin, end)))
            {
                throw new ArgumentException(
                    $"A safetensors file cannot hold two tensors named '{description.Key}', " +
                    $"nor one named '{SafetensorsHeader.MetadataKey}'.");
            }
            begin = end;
        }
        return ranges;
    }

    private static void WriteHeader(
        Stream stream, IEnumerable<TensorToWrite> tensors, Dictionary<string, (long Begin, long End)> ranges,
        IReadOnlyDictionary<string, string>? metadata)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (metadata is { Count: > 0 })
                WriteMetadata(writer, metadata);
            foreach (var (description, _) in tensors)
                WriteEntry(writer, description, ranges[description.Key]);
            writer.WriteEndObject();
        }
        while (json.Length % Alignment != 0)
            json.WriteByte((byte)' ');

        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        stream.Write(length);
        stream.Write(json.GetBuffer().AsSpan(0, (int)json.Length));
    }

    private static void WriteMetadata(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> metadata)
    {
        writer.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach (var (key, value) in metadata)
            writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter writer, StoredTensor description, (long Begin, long End) range)
    {
        writer.WriteStartObject(description.Key);
        writer.WriteString("dtype", DataTypes.Of(description.DataType).Safetensors);
        writer.WriteStartArray("shape");
        foreach (var size in description.Shape)
            writer.WriteNumberValue(size);
        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(range.Begin);
        writer.WriteNumberValue(range.End);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
