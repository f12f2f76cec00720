using Google.Protobuf;
using MLNet.ResNetFamily.OnnxFormat;
using static Google.Protobuf.CodedOutputStream;

namespace MLNet.ResNetFamily;

/// <summary>Writes a model with its weights one after another, each straight from where it is.</summary>
/// <param name="model">The file but for its graph.</param>
/// <param name="graph">The graph but for its weights.</param>
/// <param name="weights">The weights.</param>
internal sealed class OnnxFile(ModelProto model, GraphProto graph, IEnumerable<TensorToWrite> weights)
{
    private readonly List<(TensorProto Header, TensorToWrite Tensor)> _weights =
        [.. weights.Select(weight => (HeaderOf(weight.Description), weight))];

    /// <summary>Writes the file.</summary>
    /// <exception cref="InvalidOperationException">The file is too large for the format, or a value for its type.</exception>
    public void Write(Stream stream)
    {
        var length = CheckedGraphLength();
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        model.WriteTo(output);
        WriteStart(output, ModelProto.GraphFieldNumber, length);
        graph.WriteTo(output);
        foreach (var (header, tensor) in _weights)
        {
            WriteStart(output, GraphProto.InitializerFieldNumber, TensorSize(header, tensor));
            header.WriteTo(output);
            WriteStart(output, TensorProto.RawDataFieldNumber, tensor.Description.ByteCount);
            // The elements pass the coded stream by, which would copy them.
            output.Flush();
            tensor.Provide(stream.Write);
        }
    }

    /// <summary>What a file says about a weight before its elements.</summary>
    public static TensorProto HeaderOf(StoredTensor tensor) =>
        new() { Name = tensor.Key, DataType = OnnxGraph.NumberOf(tensor.DataType), Dims = { tensor.Shape } };

    private long CheckedGraphLength()
    {
        var length = graph.CalculateSize()
            + _weights.Sum(weight => FieldSize(GraphProto.InitializerFieldNumber, TensorSize(weight.Header, weight.Tensor)));
        return length + model.CalculateSize() <= Array.MaxLength
            ? length
            : throw new InvalidOperationException(
                $"The network takes {length:N0} bytes, but one ONNX file holds at most {Array.MaxLength:N0}. " +
                "Choose the float type Float16, or fewer classes.");
    }

    private static long TensorSize(TensorProto header, TensorToWrite tensor) =>
        header.CalculateSize() + FieldSize(TensorProto.RawDataFieldNumber, tensor.Description.ByteCount);

    private static long FieldSize(int field, long length) => ComputeTagSize(field) + ComputeInt64Size(length) + length;

    private static void WriteStart(CodedOutputStream output, int field, long length)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteLength((int)length);
    }
}
