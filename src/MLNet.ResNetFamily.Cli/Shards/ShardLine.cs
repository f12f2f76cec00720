using System.Text;
using System.Text.Json;

namespace MLNet.ResNetFamily.Cli;

/// <summary>The lines of a shard's file.</summary>
internal static class ShardLine
{
    public static bool IsHeader(string line) => line.StartsWith("{\"command\":", StringComparison.Ordinal);

    public static bool IsEnd(string line) => line.StartsWith("{\"end\":", StringComparison.Ordinal);

    /// <summary>What a line says.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static T Read<T>(string path, string place, string line)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Results.OneLine)!;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(
                $"'{path}', {place} is damaged: {error.Message} Delete the file and score this shard again.", error);
        }
    }

    /// <summary>The lines that end with a line break, and the place behind each.</summary>
    public static IEnumerable<(string Line, long End)> WholeLines(Stream stream)
    {
        stream.Position = 0;
        var buffer = new byte[1 << 20];
        var (line, read) = (new MemoryStream(), 0L);
        while (stream.Read(buffer) is var count and > 0)
        {
            for (var from = 0; from < count;)
            {
                var length = buffer.AsSpan(from, count - from).IndexOf((byte)'\n');
                line.Write(buffer, from, length < 0 ? count - from : length);
                if (length < 0)
                    break;
                from += length + 1;
                yield return (Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length), read + from);
                line.SetLength(0);
            }
            read += count;
        }
    }
}
