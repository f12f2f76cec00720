using TorchSharp.Bridge;

namespace TorchSharp;

public sealed class Scalar : IDisposable
{
    internal Scalar(long value, torch.ScalarType type) => (Value, Type) = (new Arg(value), type);

    internal Scalar(double value, torch.ScalarType type) => (Value, Type) = (new Arg(value), type);

    internal Scalar(bool value) => (Value, Type) = (new Arg(value), torch.ScalarType.Bool);

    internal Arg Value { get; }

    public torch.ScalarType Type { get; }

    public void Dispose()
    {
        // The value lives in managed memory; genuine TorchSharp frees a native one here.
    }

    public static implicit operator Scalar(byte value) => value.ToScalar();

    public static implicit operator Scalar(sbyte value) => value.ToScalar();

    public static implicit operator Scalar(short value) => value.ToScalar();

    public static implicit operator Scalar(int value) => value.ToScalar();

    public static implicit operator Scalar(long value) => value.ToScalar();

    public static implicit operator Scalar(Half value) => value.ToScalar();

    public static implicit operator Scalar(float value) => value.ToScalar();

    public static implicit operator Scalar(double value) => value.ToScalar();

    public static implicit operator Scalar(bool value) => value.ToScalar();
}

public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => new(value, torch.ScalarType.Byte);

    public static Scalar ToScalar(this sbyte value) => new(value, torch.ScalarType.Int8);

    public static Scalar ToScalar(this short value) => new(value, torch.ScalarType.Int16);

    public static Scalar ToScalar(this int value) => new(value, torch.ScalarType.Int32);

    public static Scalar ToScalar(this long value) => new(value, torch.ScalarType.Int64);

    public static Scalar ToScalar(this Half value) => new((double)value, torch.ScalarType.Float16);

    public static Scalar ToScalar(this float value) => new(value, torch.ScalarType.Float32);

    public static Scalar ToScalar(this double value) => new(value, torch.ScalarType.Float64);

    public static Scalar ToScalar(this bool value) => new(value);

    public static float ToSingle(this Scalar value) => (float)value.Value.AsDouble();

    public static double ToDouble(this Scalar value) => value.Value.AsDouble();

    public static sbyte ToSByte(this Scalar value) => (sbyte)value.Value.AsLong();

    public static byte ToByte(this Scalar value) => (byte)value.Value.AsLong();

    public static short ToInt16(this Scalar value) => (short)value.Value.AsLong();

    public static int ToInt32(this Scalar value) => (int)value.Value.AsLong();

    public static long ToInt64(this Scalar value) => value.Value.AsLong();

    public static bool ToBoolean(this Scalar value) => value.Value.AsDouble() != 0;
}
