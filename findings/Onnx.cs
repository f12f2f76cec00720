// Compiled into programs of the scripts beside it: writes the few messages of ONNX's protobuf that a small graph needs.
using System.Runtime.InteropServices;
using System.Text;

static class Onnx
{
    public const int Single = 1, UInt8 = 2, Int8 = 3, Int32 = 6, Int64 = 7;

    public static byte[] Node(string op, string inputs, string output, params byte[][] attributes) =>
        [.. inputs.Split(' ').SelectMany(name => Text(1, name)), .. Text(2, output), .. Text(4, op), .. Each(5, attributes)];

    public static byte[] Integer(string name, long value) => [.. Text(1, name), .. Number(3, value), .. Number(20, 2)];

    public static byte[] Integers(string name, params long[] values) =>
        [.. Text(1, name), .. values.SelectMany(value => Number(8, value)), .. Number(20, 7)];

    public static byte[] Constant<T>(string name, int type, T[] values, params long[] shape) where T : unmanaged =>
        [.. shape.SelectMany(size => Number(1, size)), .. Number(2, type), .. Text(8, name), .. Bytes(9, MemoryMarshal.AsBytes(values.AsSpan()).ToArray())];

    // A size is a number, or a text for one that is open.
    public static byte[] Value(string name, int type, params object[] shape)
    {
        byte[] sizes = Each(1, shape.Select(size => size is string open ? Text(2, open) : Number(1, Convert.ToInt64(size))));
        return [.. Text(1, name), .. Bytes(2, Bytes(1, [.. Number(1, type), .. Bytes(2, sizes)]))];
    }

    public static byte[] Model(IEnumerable<byte[]> nodes, IEnumerable<byte[]> constants, byte[] input, byte[] output)
    {
        byte[] graph = [.. Each(1, nodes), .. Text(2, "graph"), .. Each(5, constants), .. Bytes(11, input), .. Bytes(12, output)];
        return [.. Number(1, 8), .. Bytes(7, graph), .. Bytes(8, [.. Text(1, ""), .. Number(2, 17)])];
    }

    static byte[] Each(int field, IEnumerable<byte[]> messages) => messages.SelectMany(message => Bytes(field, message)).ToArray();
    static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));
    static byte[] Bytes(int field, byte[] bytes) => [.. Varint(field * 8 + 2), .. Varint(bytes.Length), .. bytes];
    static byte[] Number(int field, long number) => [.. Varint(field * 8), .. Varint(number)];

    static List<byte> Varint(long number)
    {
        List<byte> bytes = [];
        ulong rest = (ulong)number;
        for (; rest > 127; rest >>= 7)
            bytes.Add((byte)(rest & 127 | 128));
        bytes.Add((byte)rest);
        return bytes;
    }
}
