using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MLNet.ResNetFamily;

/// <summary>
/// One binary stream of a saved model: the length of the header, the header as JSON, and the weights as a safetensors block, scrambled.
/// </summary>
/// <remarks>
/// A backbone's spec is written with the name of its class and all of its values, so that variants made by <c>with</c> come back and a
/// later change of a default changes no saved model.
/// </remarks>
internal static class SavedModel
{
    private const int LongestHeader = 64 << 20;
    public const string Origin = "the saved model";
    private const string SpecSuffix = "Spec";

    private static readonly JsonSerializerOptions Json = new(RecordJson.CamelCase)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameSpecs } },
    };

    /// <summary>Writes a model.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="header">What the model says about itself.</param>
    /// <param name="state">The weights.</param>
    public static void Write<T>(BinaryWriter writer, T header, IReadOnlyList<TensorToWrite> state) where T : SavedHeader
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(header, Json);
        writer.Write(json.Length);
        writer.Write(json);
        writer.Flush();
        SafetensorsWriter.Write(new ScrambledStream(writer.BaseStream), state, metadata: null);
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
            header.Validate();
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

    /// <summary>Reads the weights: into libtorch's memory, or, where ONNX Runtime may score them, into a model for it.</summary>
    /// <param name="reader">Where the weights begin.</param>
    /// <param name="header">What the model says about itself.</param>
    /// <param name="skeleton">The graph that the model carries; null where it carries none.</param>
    /// <param name="build">Makes a network of the header's kind.</param>
    /// <exception cref="InvalidDataException">The weights are damaged or belong to another network.</exception>
    /// <exception cref="DllNotFoundException">Only libtorch could score them, and there is none.</exception>
    public static IScoredNetwork ReadNetwork(BinaryReader reader, SavedHeader header, byte[]? skeleton, Func<BuiltNetwork> build)
    {
        if (header.Precision == SavedHeader.Int8)
        {
            return new QuantizedNetwork(skeleton ?? throw new InvalidDataException(
                "The saved model is quantized, but its graph is missing. Take another copy of the file."));
        }
        var block = header.Format >= SavedHeader.FirstScrambledFormat ? new ScrambledStream(reader.BaseStream) : reader.BaseStream;
        var hasRuntime = OnnxRuntimePackage.Find() is not null;
        if (hasRuntime && skeleton is not null)
            return new StoredNetwork(new(new(skeleton), block, Origin), skeleton, build);
        if (hasRuntime && !LibtorchFiles.IsPresent)
        {
            throw new InvalidDataException(
                "The model carries no graph for ONNX Runtime, and this program has no libtorch. Load it in a program that has (with the " +
                "package TorchSharp-cpu), save it with this version of MLNet.ResNetFamily, and take the new file.");
        }
        return Load(build, network => StateLoader.LoadInto(network.NamedState, block, Origin));
    }

    /// <summary>A network with its weights.</summary>
    public static BuiltNetwork Load(Func<BuiltNetwork> build, Action<BuiltNetwork> loadWeights)
    {
        using var modes = TorchModes.Enter();
        var network = build();
        try
        {
            loadWeights(network);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

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
