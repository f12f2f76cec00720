using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// One binary stream of a saved model: the length of the header, the header as JSON, and the weights as a safetensors block.
/// </summary>
/// <remarks>
/// A backbone's spec is written with the name of its class and all of its values, so that variants made by <c>with</c> come back and a
/// later change of a default changes no saved model.
/// </remarks>
internal static class SavedModel
{
    private const int LongestHeader = 64 << 20;
    private const string Origin = "the saved model";
    private const string SpecSuffix = "Spec";

    private static readonly JsonSerializerOptions Json = new(RecordJson.CamelCase)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameSpecs } },
    };

    /// <summary>Writes a model.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="header">What the model says about itself.</param>
    /// <param name="state">The weights; they may be on any device.</param>
    public static void Write<T>(BinaryWriter writer, T header, IEnumerable<(string Key, Tensor Tensor)> state) where T : SavedHeader
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(header, Json);
        writer.Write(json.Length);
        writer.Write(json);
        writer.Flush();
        SafetensorsWriter.Write(writer.BaseStream, state);
    }

    /// <summary>Reads a model's header; the stream then stands at the weights.</summary>
    /// <exception cref="InvalidDataException">The stream is damaged, or a newer library wrote it.</exception>
    public static T ReadHeader<T>(BinaryReader reader) where T : SavedHeader
    {
        var json = ReadBytes(reader);
        try
        {
            using (var document = JsonDocument.Parse(json))
                CheckFormat(document.RootElement.GetProperty("format").GetInt32());
            var header = JsonSerializer.Deserialize<T>(json, Json) ?? throw new JsonException("it is null");
            if (header.Precision != "float32")
                throw new JsonException($"its precision is '{header.Precision}', but it must be 'float32'");
            header.Backbone.Validate();
            header.Preprocessing.Validate();
            return header;
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or NotSupportedException or FormatException
                or ArgumentException)
        {
            throw new InvalidDataException(
                $"The header of {Origin} is damaged: {error.Message} Save the model again, or take another copy of the file.", error);
        }
    }

    /// <summary>Reads the weights into a network of the header's kind.</summary>
    /// <exception cref="InvalidDataException">The weights are damaged or belong to another network.</exception>
    public static void ReadWeights(BinaryReader reader, IEnumerable<(string Key, Tensor Tensor)> state) =>
        StateLoader.LoadInto(state, reader.BaseStream, Origin);

    private static byte[] ReadBytes(BinaryReader reader)
    {
        var length = 0;
        byte[] json = [];
        try
        {
            length = reader.ReadInt32();
            if (length is > 0 and <= LongestHeader)
                json = reader.ReadBytes(length);
        }
        catch (EndOfStreamException)
        {
        }
        if (json.Length == 0 || json.Length != length)
        {
            throw new InvalidDataException(
                $"The header of {Origin} is cut off or damaged. Save the model again, or take another copy of the file.");
        }
        return json;
    }

    private static void CheckFormat(int format)
    {
        if (format > SavedHeader.CurrentFormat)
        {
            throw new InvalidDataException(
                $"The model was saved in format {format}, but this version of MLNet.ResNetFamily reads formats up to " +
                $"{SavedHeader.CurrentFormat}. Update MLNet.ResNetFamily.");
        }
        if (format < 1)
            throw new JsonException($"its format is {format}, but formats begin at 1");
    }

    /// <summary>Tells the serializer of the classes of specs, so that a new family needs nothing here.</summary>
    private static void NameSpecs(JsonTypeInfo type)
    {
        if (type.Type != typeof(BackboneSpec))
            return;
        type.PolymorphismOptions = new()
        {
            TypeDiscriminatorPropertyName = "kind",
            UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization,
        };
        foreach (var spec in typeof(BackboneSpec).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(BackboneSpec)) && !t.IsAbstract)
            .OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            type.PolymorphismOptions.DerivedTypes.Add(new(
                spec, spec.Name.EndsWith(SpecSuffix, StringComparison.Ordinal) ? spec.Name[..^SpecSuffix.Length] : spec.Name));
        }
    }
}
