using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp;

public static class TensorExtensionMethods
{
    public static Modules.Parameter AsParameter(this Tensor tensor) => new(tensor);

    public static int ElementSize(this ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
        ScalarType.ComplexFloat64 => 16,
        _ => throw new NotImplementedException(),
    };

    public static long TotalSize(this IEnumerable<long> shape) => shape.Aggregate(1L, (product, size) => product * size);

    public static float ToSingle(this Tensor value) => value.ToScalar().ToSingle();

    public static double ToDouble(this Tensor value) => value.ToScalar().ToDouble();

    public static sbyte ToSByte(this Tensor value) => value.ToScalar().ToSByte();

    public static byte ToByte(this Tensor value) => value.ToScalar().ToByte();

    public static short ToInt16(this Tensor value) => value.ToScalar().ToInt16();

    public static int ToInt32(this Tensor value) => value.ToScalar().ToInt32();

    public static long ToInt64(this Tensor value) => value.ToScalar().ToInt64();

    public static bool ToBoolean(this Tensor value) => value.ToScalar().ToBoolean();

    /// <summary>Writes type, shape and elements in TorchSharp's own format.</summary>
    public static void Save(this Tensor tensor, BinaryWriter writer)
    {
        using Tensor onCpu = tensor.cpu(), whole = onCpu.contiguous();
        writer.Encode((long)whole.dtype);
        writer.Encode(whole.ndim);
        foreach (long size in whole.shape)
            writer.Encode(size);
        writer.Flush();
        whole.WriteBytesToStream(writer.BaseStream);
    }

    /// <summary>Reads elements into a tensor, which must have the type and shape that were saved.</summary>
    public static void Load(this Tensor tensor, BinaryReader reader, bool skip = false)
    {
        using Tensor? loaded = Load(reader, tensor, skip);
        if (loaded is null)
            return;
        using IDisposable _ = no_grad();
        tensor.copy_(loaded);
    }

    public static void Load(ref Tensor? tensor, BinaryReader reader, bool skip = false)
    {
        if (tensor is null)
            tensor = Load(reader, null, skip);
        else
            tensor.Load(reader, skip);
    }

    private static Tensor? Load(BinaryReader reader, Tensor? expected, bool skip)
    {
        var type = (ScalarType)reader.Decode();
        if (expected is not null && type != expected.dtype)
            throw new ArgumentException("Mismatched tensor data types while loading. Make sure that the model you are loading into is exactly the same as the origin.");
        var shape = new long[reader.Decode()];
        for (int i = 0; i < shape.Length; i++)
            shape[i] = reader.Decode();
        if (skip)
        {
            reader.BaseStream.Seek(shape.TotalSize() * type.ElementSize(), SeekOrigin.Current);
            return null;
        }

        if (expected is not null && !shape.SequenceEqual(expected.shape))
            throw new ArgumentException("Mismatched tensor shape while loading. Make sure that the model you are loading into is exactly the same as the origin.");
        Tensor loaded = empty(shape, type, CPU);
        loaded.ReadBytesFromStream(reader.BaseStream);
        return loaded;
    }

    internal static bool WillMove(this Tensor tensor, ScalarType dtype, Device device) =>
        tensor.dtype != dtype || tensor.device_type != device.type || (device.type != DeviceType.CPU && device.index >= 0 && tensor.device_index != device.index);
}
