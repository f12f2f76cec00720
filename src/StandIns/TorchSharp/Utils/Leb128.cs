namespace TorchSharp.Utils;

/// <summary>The variable-length integers of TorchSharp's own file format.</summary>
internal static class Leb128
{
    public static void Encode(this BinaryWriter writer, long value) => writer.Write7BitEncodedInt64(value);

    public static long Decode(this BinaryReader reader) => reader.Read7BitEncodedInt64();
}
