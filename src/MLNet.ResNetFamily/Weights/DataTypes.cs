using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>One element type with the names that the file formats give it.</summary>
/// <param name="Type">The type in TorchSharp.</param>
/// <param name="Safetensors">Its name in a safetensors header.</param>
/// <param name="Storage">The class of the module <c>torch</c> that a .pth file names for it.</param>
/// <param name="Onnx">Its number in an ONNX file.</param>
/// <param name="ByteCount">Bytes of one element.</param>
internal sealed record DataTypeNames(ScalarType Type, string Safetensors, string Storage, int Onnx, int ByteCount)
{
    /// <summary>Whether the values are fractions, so that they may be rounded to another such type.</summary>
    public bool IsFloatingPoint => Type is ScalarType.Float64 or ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16;
}

/// <summary>The element types that weight files may hold: one row each.</summary>
internal static class DataTypes
{
    public static IReadOnlyList<DataTypeNames> All { get; } =
    [
        new(ScalarType.Float64, "F64", "DoubleStorage", 11, 8),
        new(ScalarType.Float32, "F32", "FloatStorage", 1, 4),
        new(ScalarType.Float16, "F16", "HalfStorage", 10, 2),
        new(ScalarType.BFloat16, "BF16", "BFloat16Storage", 16, 2),
        new(ScalarType.Int64, "I64", "LongStorage", 7, 8),
        new(ScalarType.Int32, "I32", "IntStorage", 6, 4),
        new(ScalarType.Int16, "I16", "ShortStorage", 5, 2),
        new(ScalarType.Int8, "I8", "CharStorage", 3, 1),
        new(ScalarType.Byte, "U8", "ByteStorage", 2, 1),
        new(ScalarType.Bool, "BOOL", "BoolStorage", 9, 1),
    ];

    public static DataTypeNames Of(ScalarType type) =>
        All.FirstOrDefault(row => row.Type == type) ?? throw new ArgumentException(
            $"Tensors of type {type} cannot be stored. Types that can: {string.Join(", ", All.Select(row => row.Type))}.", nameof(type));

    /// <summary>
    /// Whether values of the stored type may be converted to the needed one: fractions to fractions, integers to integers.
    /// </summary>
    public static bool Fit(ScalarType stored, ScalarType needed) =>
        stored == needed
        || Of(stored).IsFloatingPoint == Of(needed).IsFloatingPoint && stored != ScalarType.Bool && needed != ScalarType.Bool;
}
