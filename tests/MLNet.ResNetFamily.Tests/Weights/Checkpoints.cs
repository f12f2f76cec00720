using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Weights;

/// <summary>The checkpoint files of the shared test data, and what is known of their contents.</summary>
internal static class Checkpoints
{
    private static readonly string Root = RepositoryFolder.Path;

    /// <summary>The path of a file or folder of the shared test data; the test is skipped where they are absent.</summary>
    public static string Shared(params string[] parts)
    {
        var path = Path.GetFullPath(Path.Combine([Root, "..", "shared", .. parts]));
        if (!Path.Exists(path))
            Assert.Inconclusive($"needs '../shared/{string.Join('/', parts)}' beside the repository, which is not part of a clone");
        return path;
    }

    public static string PathOf(string name) => Shared("golden", "checkpoints", name);

    public static JsonElement Expected(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(PathOf("expected.json")));
        return document.RootElement.GetProperty(name).Clone();
    }

    /// <summary>Compares keys in order, types, shapes and every value, negative zeros included.</summary>
    public static void AssertHolds(WeightFile file, JsonElement expected)
    {
        CollectionAssert.AreEqual(
            expected.EnumerateArray().Select(tensor => tensor.GetProperty("key").GetString()).ToArray(),
            file.Tensors.Select(tensor => tensor.Key).ToArray());
        foreach (var (tensor, wanted) in file.Tensors.Zip(expected.EnumerateArray()))
        {
            Assert.AreEqual(wanted.GetProperty("dtype").GetString(), TypeName(tensor.DataType), tensor.Key);
            CollectionAssert.AreEqual(
                wanted.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray(), tensor.Shape.ToArray(), tensor.Key);
            CollectionAssert.AreEqual(
                wanted.GetProperty("values").EnumerateArray().Select(Wanted).ToArray(),
                Values(Elements(file, tensor), tensor.DataType).ToArray(), tensor.Key);
        }
    }

    public static byte[] Elements(WeightFile file, StoredTensor tensor)
    {
        var elements = new byte[tensor.ByteCount];
        file.ReadElements(tensor, elements);
        return elements;
    }

    /// <summary>Reads everything that a file holds.</summary>
    public static void ReadAll(string path)
    {
        using var file = WeightFile.Open(path);
        foreach (var tensor in file.Tensors)
            Elements(file, tensor);
    }

    /// <summary>Integers as long, fractions as the bits of the double, so that 0.0 and -0.0 differ.</summary>
    private static object Wanted(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => 1L,
        JsonValueKind.False => 0L,
        JsonValueKind.String => Bits(value.GetString() == "inf" ? double.PositiveInfinity : double.NegativeInfinity),
        _ when value.GetRawText().AsSpan().ContainsAny(".e") => Bits(value.GetDouble()),
        _ => value.GetInt64(),
    };

    private static string Bits(double value) => $"{BitConverter.DoubleToUInt64Bits(value):x16}";

    private static IEnumerable<object> Values(byte[] elements, ScalarType type)
    {
        return elements.Chunk(DataTypes.Of(type).ByteCount).Select(object (item) => type switch
        {
            ScalarType.Float64 => Bits(BitConverter.ToDouble(item)),
            ScalarType.Float32 => Bits(BitConverter.ToSingle(item)),
            ScalarType.Float16 => Bits((double)BitConverter.ToHalf(item)),
            ScalarType.BFloat16 => Bits(BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(item) << 16)),
            ScalarType.Int64 => BitConverter.ToInt64(item),
            ScalarType.Int32 => (long)BitConverter.ToInt32(item),
            ScalarType.Int16 => (long)BinaryPrimitives.ReadInt16LittleEndian(item),
            ScalarType.Int8 => (long)(sbyte)item[0],
            _ => (long)item[0],
        });
    }

    private static string TypeName(ScalarType type) => type == ScalarType.Byte ? "uint8" : type.ToString().ToLowerInvariant();
}
