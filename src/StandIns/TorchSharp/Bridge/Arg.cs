using System.Runtime.InteropServices;

namespace TorchSharp.Bridge;

/// <summary>The kinds of value that cross the border, as bridge.h numbers them.</summary>
internal enum Tag
{
    None = 0, Default = 1, Tensor = 2, Int = 3, Double = 4, Bool = 5, String = 6, IntList = 7, DoubleList = 8, TensorList = 9,
    Device = 10, Generator = 11, Tuple = 12, BoolList = 13,
}

/// <summary>A value as bridge.h lays it out.</summary>
[StructLayout(LayoutKind.Explicit)]
internal struct Value
{
    [FieldOffset(0)] public Tag Tag;
    [FieldOffset(4)] public int Count;
    [FieldOffset(8)] public long Integer;
    [FieldOffset(8)] public double Real;
    [FieldOffset(8)] public nint Pointer;
}

/// <summary>An operator's argument, made from a C# value without allocating.</summary>
internal readonly struct Arg
{
    private Arg(Tag tag, object? reference, long bits)
    {
        Tag = tag;
        Reference = reference;
        Bits = bits;
    }

    public Arg(long value) : this(Tag.Int, null, value) { }

    public Arg(double value) : this(Tag.Double, null, BitConverter.DoubleToInt64Bits(value)) { }

    public Arg(bool value) : this(Tag.Bool, null, value ? 1 : 0) { }

    public Tag Tag { get; }

    /// <summary>What must stay alive during the call: a tensor, a list, a text, a generator.</summary>
    public object? Reference { get; }

    public long Bits { get; }

    /// <summary>An absent optional.</summary>
    public static Arg None => default;

    public static implicit operator Arg(torch.Tensor? value) => value is null ? None : new(Tag.Tensor, value, 0);

    public static implicit operator Arg(torch.Tensor?[] value) => new(Tag.TensorList, value, 0);

    public static implicit operator Arg(Scalar? value) => value is null ? None : value.Value;

    public static implicit operator Arg(long value) => new(value);

    public static implicit operator Arg(int value) => new((long)value);

    public static implicit operator Arg(long? value) => value.HasValue ? new(value.Value) : None;

    public static implicit operator Arg(double value) => new(value);

    public static implicit operator Arg(double? value) => value.HasValue ? new(value.Value) : None;

    public static implicit operator Arg(bool value) => new(value);

    public static implicit operator Arg(string? value) => value is null ? None : new(Tag.String, value, 0);

    public static implicit operator Arg(long[]? value) => value is null ? None : new(Tag.IntList, value, 0);

    public static implicit operator Arg(double[]? value) => value is null ? None : new(Tag.DoubleList, value, 0);

    public static implicit operator Arg(torch.ScalarType value) => new((long)value);

    public static implicit operator Arg(torch.ScalarType? value) => value.HasValue ? new((long)value.Value) : None;

    public static implicit operator Arg(torch.Device? value) =>
        value is null ? None : new(Tag.Device, null, ((long)value.index << 32) | (uint)value.type);

    public static implicit operator Arg(torch.Generator? value) => value is null ? None : new(Tag.Generator, value, 0);

    public double AsDouble() => Tag == Tag.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    public long AsLong() => Tag == Tag.Double ? (long)BitConverter.Int64BitsToDouble(Bits) : Bits;
}
