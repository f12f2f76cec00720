using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNet.ResNetFamily.OnnxFormat;

namespace MLNet.ResNetFamily;

/// <summary>The initializers of an ONNX model, which are the weights of its network; the graph itself is not looked at.</summary>
/// <remarks>
/// Exporters that fold batch norms into convolutions leave weights that no training network fits; such a file is refused when it is
/// compared with the network. https://github.com/onnx/onnx/blob/main/docs/IR.md.
/// </remarks>
internal sealed class OnnxWeightFile : WeightFile
{
    private readonly Dictionary<StoredTensor, TensorProto> _values = [];

    /// <summary>Reads the whole file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or keeps its values elsewhere.</exception>
    public OnnxWeightFile(string path) : base(path)
    {
        var model = Parse(path);
        if (model.Graph is not { } graph)
            throw Broken("it holds no graph");
        if (graph.SparseInitializer.Count > 0)
            throw Broken("it holds sparse initializers, which this library does not read", " Export the model with dense ones.");

        var keys = new HashSet<string>(StringComparer.Ordinal);
        var otherKeys = new List<string>();
        foreach (var values in graph.Initializer)
        {
            if (!keys.Add(values.Name))
                throw Broken($"the initializer '{values.Name}' stands in it twice");
            if (values.DataLocation == TensorProto.Types.DataLocation.External)
            {
                throw Broken(
                    $"the values of '{values.Name}' stand in another file, which this library does not open",
                    " Save the model in one file ('onnx.save_model(model, path, save_as_external_data=False)').");
            }
            if (DataTypes.All.FirstOrDefault(row => row.Onnx == values.DataType) is { } type)
                _values.Add(Described(values, type), values);
            else
                otherKeys.Add(values.Name);
        }
        Tensors = [.. _values.Keys];
        OtherKeys = otherKeys;
        Metadata = model.MetadataProps.DistinctBy(entry => entry.Key).ToDictionary(entry => entry.Key, entry => entry.Value);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<StoredTensor> Tensors { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata { get; }

    internal override IReadOnlyList<string> OtherKeys { get; }

    /// <summary>Whether a file is an ONNX model: the version of its format, then its producer's name, or by the file's own name.</summary>
    public static bool IsOnnx(ReadOnlySpan<byte> start, string path) =>
        start is [0x08, > 0 and < 32, 0x12, ..] || path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);

    internal override void ReadElements(StoredTensor tensor, Span<byte> destination)
    {
        var values = _values[tensor];
        if (values.RawData.Length > 0)
            values.RawData.Span.CopyTo(destination);
        else if (values.FloatData.Count > 0)
            Copy(values.FloatData, MemoryMarshal.Cast<byte, float>(destination));
        else if (values.DoubleData.Count > 0)
            Copy(values.DoubleData, MemoryMarshal.Cast<byte, double>(destination));
        else if (values.Int64Data.Count > 0)
            Copy(values.Int64Data, MemoryMarshal.Cast<byte, long>(destination));
        else
            CopySmall(values.Int32Data, destination, DataTypes.Of(tensor.DataType).ByteCount);
    }

    // The format has no checksums.
    internal override void Verify(IEnumerable<StoredTensor> tensors)
    {
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    private static ModelProto Parse(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > int.MaxValue)
            throw Broken(path, $"it has {length} bytes, but the format allows {int.MaxValue}");
        try
        {
            return ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(File.ReadAllBytes(path));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw Broken(path, $"it is cut off or garbled ({error.Message})", cause: error);
        }
    }

    private StoredTensor Described(TensorProto values, DataTypeNames type)
    {
        if (!Shapes.TryByteCount(values.Dims, type.ByteCount, out var byteCount))
            throw Broken($"the initializer '{values.Name}' has the impossible shape {Shapes.Text(values.Dims)}");

        // The values stand in one of five fields, as many as the shape says.
        long[] found =
        [
            values.RawData.Length, sizeof(float) * (long)values.FloatData.Count, sizeof(double) * (long)values.DoubleData.Count,
            sizeof(long) * (long)values.Int64Data.Count, type.ByteCount * (long)values.Int32Data.Count,
        ];
        if (found.Max() != byteCount || found.Sum() != byteCount || !FieldFits(values, type))
        {
            throw Broken(
                $"the initializer '{values.Name}' of shape {Shapes.Text(values.Dims)} and type {type.Type} needs {byteCount} bytes, " +
                $"but has {found.Sum()}");
        }
        return new StoredTensor(values.Name, type.Type, [.. values.Dims]);
    }

    private static bool FieldFits(TensorProto values, DataTypeNames type) =>
        (values.FloatData.Count == 0 || type.Type == TorchSharp.torch.ScalarType.Float32)
        && (values.DoubleData.Count == 0 || type.Type == TorchSharp.torch.ScalarType.Float64)
        && (values.Int64Data.Count == 0 || type.Type == TorchSharp.torch.ScalarType.Int64)
        && (values.Int32Data.Count == 0 || type.ByteCount <= sizeof(int));

    private static void Copy<T>(IList<T> values, Span<T> destination)
    {
        for (var i = 0; i < destination.Length; i++)
            destination[i] = values[i];
    }

    // Integers of up to 32 bits and the bits of 16-bit fractions: the low bytes of a 32-bit number each.
    private static void CopySmall(IList<int> values, Span<byte> destination, int byteCount)
    {
        for (var i = 0; i < values.Count; i++)
        {
            for (var b = 0; b < byteCount; b++)
                destination[i * byteCount + b] = (byte)(values[i] >> (8 * b));
        }
    }

    private InvalidDataException Broken(string fault, string hint = " Fetch or export the file again.") => Broken(Path, fault, hint);

    private static InvalidDataException Broken(
        string path, string fault, string hint = " Fetch or export the file again.", Exception? cause = null) =>
        new($"'{path}' is not a sound ONNX model: {fault}.{hint}", cause);
}
