using System.Text;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>What is made of a transport's few calls.</summary>
internal static class Collectives
{
    private const int First = 0;
    private const int FileChunk = 16 << 20;

    /// <summary>The sum of everybody's values.</summary>
    public static double[] Sum(this ITransport transport, params double[] values)
    {
        transport.AllReduceSum(values.AsSpan());
        return values;
    }

    /// <summary>Gives everybody the values that a tensor has in the first process.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="values">Any type, order and device; the same everywhere.</param>
    public static void BroadcastFirst(this ITransport transport, Tensor values)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var plain = values.detach().cpu().contiguous().clone();
        transport.Broadcast(plain.bytes, First);
        if (transport.Rank != First)
            values.copy_(plain);
    }

    /// <summary>The text that the first process has.</summary>
    public static string FirstText(this ITransport transport, string text) => transport.TextOf(First, text);

    /// <summary>The text of every process, by rank.</summary>
    public static string[] Gather(this ITransport transport, string text) =>
        [.. Enumerable.Range(0, transport.Size).Select(rank => transport.TextOf(rank, text))];

    /// <summary>Gives everybody a file of the first process.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="path">The file in the first process, or null for none; not looked at in the others.</param>
    /// <returns>A copy; null in the first process, and where there is no file.</returns>
    /// <exception cref="IOException">The file cannot be read, or the copy not be written.</exception>
    public static TemporaryFile? FirstFile(this ITransport transport, string? path)
    {
        var isFirst = transport.Rank == First;
        using var source = isFirst && path is not null ? File.OpenRead(path) : null;
        var length = BitConverter.ToInt64(transport.Shared(BitConverter.GetBytes(source?.Length ?? -1)));
        if (length < 0)
            return null;
        var copy = isFirst ? null : new TemporaryFile("checkpoint.safetensors");
        using var target = copy is null ? null : File.Create(copy.Path);
        for (var position = 0L; position < length; position += FileChunk)
        {
            var chunk = new byte[Math.Min(FileChunk, length - position)];
            source?.ReadExactly(chunk);
            transport.Shared(chunk);
            target?.Write(chunk);
        }
        return copy;
    }

    private static byte[] Shared(this ITransport transport, byte[] bytes, int root = First)
    {
        transport.Broadcast(bytes, root);
        return bytes;
    }

    private static string TextOf(this ITransport transport, int root, string text)
    {
        var bytes = transport.Rank == root ? Encoding.UTF8.GetBytes(text) : [];
        var length = BitConverter.ToInt32(transport.Shared(BitConverter.GetBytes(bytes.Length), root));
        return Encoding.UTF8.GetString(transport.Shared(transport.Rank == root ? bytes : new byte[length], root));
    }
}
