using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MLNet.ResNetFamily.Tests.Weights;

/// <summary>
/// Pickles put together by hand, instruction by instruction, and checkpoints of them in PyTorch's zip form. All tensors are ones.
/// </summary>
internal static class HandmadePth
{
    public static byte[] None => "N"u8.ToArray();

    public static byte[] Text(string text) => [(byte)'X', .. Integer32(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public static byte[] Number(int value) => [(byte)'J', .. Integer32(value)];

    public static byte[] Bytes(params byte[] bytes) => [(byte)'C', (byte)bytes.Length, .. bytes];

    public static byte[] Tuple(params byte[][] items) => [(byte)'(', .. items.SelectMany(item => item), (byte)'t'];

    public static byte[] List(params byte[][] items) => [(byte)']', (byte)'(', .. items.SelectMany(item => item), (byte)'e'];

    public static byte[] FrozenSet(params byte[][] items) => [(byte)'(', .. items.SelectMany(item => item), 0x91];

    public static byte[] Dict(params (string Key, byte[] Value)[] items) => [(byte)'}', .. SetItems(items)];

    public static byte[] Global(string module, string name) => Encoding.ASCII.GetBytes($"c{module}\n{name}\n");

    public static byte[] Call(byte[] callee, params byte[][] arguments) => [.. callee, .. Tuple(arguments), (byte)'R'];

    /// <summary>An object of a class, with attributes.</summary>
    public static byte[] Object(byte[] type, byte[] state, params byte[][] arguments) =>
        [.. type, .. Tuple(arguments), 0x81, .. state, (byte)'b'];

    /// <summary>An object that is made with keyword arguments.</summary>
    public static byte[] ObjectWithKeywords(byte[] type) => [.. type, .. Tuple(), .. Dict(("a", Number(1))), 0x92];

    /// <summary>An object of a class that derives from dict, which is made first and then filled.</summary>
    public static byte[] DictLike(byte[] type, params (string Key, byte[] Value)[] items) =>
        [.. type, .. Tuple(), 0x81, .. SetItems(items)];

    /// <summary>A tensor of floats; each size has a storage of its own, which tensors of that size share.</summary>
    public static byte[] Tensor(params long[] shape) => Tensor("_rebuild_tensor_v2", "FloatStorage", shape);

    public static byte[] Tensor(string rebuild, string storage, params long[] shape)
    {
        var strides = shape.Select((_, axis) => shape[(axis + 1)..].Aggregate(1L, (count, size) => count * size));
        return Call(
            Global("torch._utils", rebuild),
            Storage(storage, shape.Aggregate(1L, (count, size) => count * size)), Number(0), Tuple(Numbers(shape)), Tuple(Numbers(strides)),
            [0x89], Call(Global("collections", "OrderedDict")));
    }

    /// <summary>Writes a checkpoint with the given object in it, and the storages that its tensors share.</summary>
    public static void Write(string path, byte[] root)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        Add(zip, "a/data.pkl", [0x80, 2, .. root, (byte)'.']);
        foreach (var count in StorageCounts(root).Distinct())
            Add(zip, $"a/data/{count}", [.. Enumerable.Repeat(BitConverter.GetBytes(1f), count).SelectMany(bytes => bytes)]);
    }

    private static byte[] Storage(string type, long count) =>
        [.. Tuple(Text("storage"), Global("torch", type), Text($"{count}"), Text("cpu"), Number((int)count)), (byte)'Q'];

    private static IEnumerable<int> StorageCounts(byte[] root)
    {
        var mark = Text("cpu");
        for (var at = root.AsSpan().IndexOf(mark); at >= 0;)
        {
            yield return BinaryPrimitives.ReadInt32LittleEndian(root.AsSpan(at + mark.Length + 1));
            var next = root.AsSpan(at + 1).IndexOf(mark);
            at = next < 0 ? -1 : at + 1 + next;
        }
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var stream = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        stream.Write(content);
    }

    private static byte[][] Numbers(IEnumerable<long> values) => [.. values.Select(value => Number(int.CreateChecked(value)))];

    private static byte[] SetItems((string Key, byte[] Value)[] items) =>
        [(byte)'(', .. items.SelectMany(item => (byte[])[.. Text(item.Key), .. item.Value]), (byte)'u'];

    private static byte[] Integer32(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
