using System.Runtime.InteropServices;
using Google.Protobuf;
using MLNet.ResNetFamily.OnnxFormat;

namespace MLNet.ResNetFamily.Tests.Weights.Onnx;

/// <summary>Small ONNX models for the tests of their reader.</summary>
internal static class OnnxModels
{
    public static TensorProto Raw<T>(string name, int dataType, long[] dims, params T[] values) where T : struct => new()
    {
        Name = name, DataType = dataType, Dims = { dims }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())),
    };

    public static ModelProto Model(params TensorProto[] initializers) =>
        new() { IrVersion = 8, ProducerName = "tests", Graph = new() { Initializer = { initializers } } };

    public static string Save(this ModelProto model, TemporaryFolder folder, string name = "a.onnx")
    {
        File.WriteAllBytes(folder.File(name), model.ToByteArray());
        return folder.File(name);
    }

    /// <summary>One tensor of each kind, in each of the fields that hold values.</summary>
    public static ModelProto OfEveryKind() => Model(
        Raw("raw", 1, [2, 2], 1f, -0f, 3.5f, float.NegativeInfinity),
        new TensorProto { Name = "float", DataType = 1, Dims = { 3 }, FloatData = { 0.5f, 1.5f, -2f } },
        new TensorProto { Name = "double", DataType = 11, Dims = { 1 }, DoubleData = { Math.PI } },
        new TensorProto { Name = "long", DataType = 7, Dims = { 2 }, Int64Data = { long.MinValue, 7 } },
        new TensorProto { Name = "int", DataType = 6, Dims = { 2 }, Int32Data = { -5, int.MaxValue } },
        new TensorProto { Name = "short", DataType = 5, Dims = { 1 }, Int32Data = { -300 } },
        new TensorProto { Name = "sbyte", DataType = 3, Dims = { 1 }, Int32Data = { -3 } },
        new TensorProto { Name = "byte", DataType = 2, Dims = { 1 }, Int32Data = { 200 } },
        new TensorProto { Name = "bool", DataType = 9, Dims = { 2 }, Int32Data = { 1, 0 } },
        new TensorProto { Name = "half", DataType = 10, Dims = { 1 }, Int32Data = { BitConverter.HalfToUInt16Bits((Half)1.5f) } },
        new TensorProto { Name = "bfloat", DataType = 16, Dims = { 1 }, Int32Data = { 0x3fc0 } },
        Raw("scalar", 1, [], 4f),
        new TensorProto { Name = "empty", DataType = 1, Dims = { 0, 3 } },
        new TensorProto { Name = "words", DataType = 8, Dims = { 1 } });
}
