using Google.Protobuf;
using MLNet.ResNetFamily.OnnxFormat;
using static Google.Protobuf.CodedOutputStream;

namespace MLNet.ResNetFamily;

/// <summary>Writes a model with its weights one after another, each straight from its tensor.</summary>
internal static class OnnxFile
{
    /// <exception cref="InvalidOperationException">The file is too large for the format, or a value for its type.</exception>
    public static void Write(Stream stream, ModelProto model, OnnxGraph graph)
    {
        var weights = graph.Weights.ConvertAll(weight => (Header: HeaderOf(weight.Description), Tensor: weight));
        var length = graph.Proto.CalculateSize()
            + weights.Sum(weight => FieldSize(GraphProto.InitializerFieldNumber, TensorSize(weight.Header, weight.Tensor)));
        if (length + model.CalculateSize() > int.MaxValue)
        {
            throw new InvalidOperationException(
                $"The network takes {length:N0} bytes, but one ONNX file holds at most {int.MaxValue:N0}. " +
                "Choose the float type Float16, or fewer classes.");
        }

        using var output = new CodedOutputStream(stream, leaveOpen: true);
        model.WriteTo(output);
        WriteStart(output, ModelProto.GraphFieldNumber, length);
        graph.Proto.WriteTo(output);
        foreach (var (header, tensor) in weights)
        {
            WriteStart(output, GraphProto.InitializerFieldNumber, TensorSize(header, tensor));
            header.WriteTo(output);
            WriteStart(output, TensorProto.RawDataFieldNumber, tensor.Description.ByteCount);
            // The elements pass the coded stream by, which would copy them.
            output.Flush();
            tensor.Provide(stream.Write);
        }
    }

    private static TensorProto HeaderOf(StoredTensor tensor) =>
        new() { Name = tensor.Key, DataType = OnnxGraph.NumberOf(tensor.DataType), Dims = { tensor.Shape } };

    private static long TensorSize(TensorProto header, TensorToWrite tensor) =>
        header.CalculateSize() + FieldSize(TensorProto.RawDataFieldNumber, tensor.Description.ByteCount);

    private static long FieldSize(int field, long length) => ComputeTagSize(field) + ComputeInt64Size(length) + length;

    private static void WriteStart(CodedOutputStream output, int field, long length)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteLength((int)length);
    }
}
