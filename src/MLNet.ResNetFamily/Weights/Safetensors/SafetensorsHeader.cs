using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace MLNet.ResNetFamily;

/// <summary>One tensor of a safetensors file with its place in the data that follow the header.</summary>
internal sealed record SafetensorsEntry(StoredTensor Tensor, long Begin, long End);

/// <summary>
/// The header of a safetensors file, checked as strictly as the reference implementation does it: the tensors cover the data from the
/// first byte to the last, without overlap or hole, and each one's length follows from its shape and type.
/// </summary>
/// <remarks>https://huggingface.co/docs/safetensors, section Format.</remarks>
/// <param name="Entries">The tensors in the order of the header.</param>
/// <param name="Metadata">The free text entries of <c>__metadata__</c>.</param>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    public const string MetadataKey = "__metadata__";

    // The reference implementation's own limit.
    public const long MaximumLength = 100_000_000;

    private const int PrefixLength = 8;
    private const int MaximumDepth = 32;
    private const int MaximumRank = 64;

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsEntry> InDataOrder { get; } = [.. Entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];

    /// <summary>Bytes of data that follow the header.</summary>
    public long DataLength => InDataOrder.Count == 0 ? 0 : InDataOrder[^1].End;

    /// <summary>Reads the header of a block that stands in a stream; afterwards the stream stands at the first tensor.</summary>
    /// <exception cref="InvalidDataException">The stream ends early or the header breaks a rule of the format.</exception>
    public static SafetensorsHeader Read(Stream stream, string origin)
    {
        Span<byte> prefix = stackalloc byte[PrefixLength];
        var found = stream.ReadAtLeast(prefix, PrefixLength, throwOnEndOfStream: false);
        var length = HeaderLength(prefix[..found], long.MaxValue, origin);

        // The length is not to be trusted: memory grows with what is really there.
        using var json = new MemoryStream((int)Math.Min(length, 1 << 16));
        var chunk = new byte[Math.Min(length, 1 << 16)];
        while (json.Length < length)
        {
            var count = stream.Read(chunk, 0, (int)Math.Min(chunk.Length, length - json.Length));
            if (count == 0)
                throw Broken(origin, $"it ends inside the header: {json.Length} of {length} bytes are there");
            json.Write(chunk, 0, count);
        }
        return Parse(json.GetBuffer().AsSpan(0, (int)length), origin);
    }

    /// <summary>The header's length, from the first eight bytes of a file.</summary>
    public static long HeaderLength(ReadOnlySpan<byte> prefix, long fileLength, string origin)
    {
        if (prefix.Length < PrefixLength)
            throw Broken(origin, $"it has {prefix.Length} bytes, but the header's length alone takes {PrefixLength}");

        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)(fileLength - PrefixLength))
            throw Broken(origin, $"the header should have {length} bytes, but only {fileLength - PrefixLength} follow");
        if (length is < 2 or > MaximumLength)
            throw Broken(origin, $"the header's length is {length}, but lengths from 2 to {MaximumLength} are allowed");
        return (long)length;
    }

    /// <summary>Parses and checks the JSON text of a header.</summary>
    /// <exception cref="InvalidDataException">The text breaks a rule of the format.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, string origin)
    {
        if (!Utf8.IsValid(json))
            throw Broken(origin, "the header is not valid UTF-8");
        if (json[0] != (byte)'{')
            throw Broken(origin, "the header does not begin with '{'");

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaximumDepth });
            var header = ParseObject(ref reader, origin);
            header.CheckCoverage(origin);
            return header;
        }
        // GetString reports a lone surrogate as InvalidOperationException.
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Broken(origin, $"the header is not valid JSON ({error.Message})", error);
        }
    }

    private static SafetensorsHeader ParseObject(ref Utf8JsonReader reader, string origin)
    {
        var entries = new List<SafetensorsEntry>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            if (!keys.Add(key))
                throw Broken(origin, $"the key '{key}' stands twice in the header");
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Broken(origin, $"the header's entry '{key}' is not an object");
            if (key == MetadataKey)
                ParseMetadata(ref reader, metadata, origin);
            else
                entries.Add(ParseEntry(ref reader, key, origin));
        }
        // Throws where anything but white space follows.
        reader.Read();
        return new SafetensorsHeader(entries, metadata);
    }

    private static void ParseMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata, string origin)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw Broken(origin, $"metadata '{key}' is not text");
            if (!metadata.TryAdd(key, reader.GetString()!))
                throw Broken(origin, $"metadata '{key}' stands twice");
        }
    }

    private static SafetensorsEntry ParseEntry(ref Utf8JsonReader reader, string key, string origin)
    {
        string? type = null;
        List<long>? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var field = reader.GetString()!;
            reader.Read();
            if (field == "dtype" && type is not null
                || field == "shape" && shape is not null
                || field == "data_offsets" && offsets is not null)
            {
                throw Broken(origin, $"tensor '{key}' has the field '{field}' twice");
            }
            switch (field)
            {
                case "dtype" when reader.TokenType == JsonTokenType.String:
                    type = reader.GetString();
                    break;
                case "shape":
                    shape = ParseIntegers(ref reader, key, field, MaximumRank, origin);
                    break;
                case "data_offsets":
                    offsets = ParseIntegers(ref reader, key, field, 2, origin);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return CheckedEntry(key, type, shape, offsets, origin);
    }

    private static List<long> ParseIntegers(ref Utf8JsonReader reader, string key, string field, int maximumCount, string origin)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Broken(origin, $"the field '{field}' of tensor '{key}' is not a list");

        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            // Digits alone: neither sign nor fraction nor exponent.
            var isWhole = reader.TokenType == JsonTokenType.Number && !reader.ValueSpan.ContainsAnyExceptInRange((byte)'0', (byte)'9');
            if (!isWhole || !reader.TryGetInt64(out var number))
            {
                throw Broken(
                    origin, $"the field '{field}' of tensor '{key}' holds something other than whole numbers from 0 to {long.MaxValue}");
            }
            if (numbers.Count == maximumCount)
                throw Broken(origin, $"the field '{field}' of tensor '{key}' has more than {maximumCount} numbers");
            numbers.Add(number);
        }
        return numbers;
    }

    private static SafetensorsEntry CheckedEntry(string key, string? type, List<long>? shape, List<long>? offsets, string origin)
    {
        if (type is null || shape is null || offsets is not [var begin, var end])
            throw Broken(origin, $"tensor '{key}' lacks 'dtype', 'shape' or the two numbers of 'data_offsets'");
        if (DataTypes.All.FirstOrDefault(row => row.Safetensors == type) is not { } names)
        {
            throw Broken(origin, $"tensor '{key}' has dtype '{type}', which this library does not read. " +
                $"It reads {string.Join(", ", DataTypes.All.Select(row => row.Safetensors))}", hint: "");
        }
        if (begin > end)
            throw Broken(origin, $"the data of tensor '{key}' end at {end}, before they begin at {begin}");
        if (!Shapes.TryByteCount(shape, names.ByteCount, out var byteCount))
            throw Broken(origin, $"tensor '{key}' has the impossible shape {Shapes.Text(shape)}");
        if (byteCount != end - begin)
        {
            throw Broken(
                origin,
                $"tensor '{key}' of shape {Shapes.Text(shape)} and dtype '{type}' needs {byteCount} bytes, but has {end - begin}");
        }
        return new SafetensorsEntry(new StoredTensor(key, names.Type, shape), begin, end);
    }

    private void CheckCoverage(string origin)
    {
        var expected = 0L;
        foreach (var (tensor, begin, end) in InDataOrder)
        {
            if (begin != expected)
            {
                var fault = begin < expected ? "overlap those of another tensor" : "leave a hole before them";
                throw Broken(
                    origin, $"the data of tensor '{tensor.Key}' {fault}: they begin at {begin}, and those before end at {expected}");
            }
            expected = end;
        }
    }

    public static InvalidDataException Broken(
        string origin, string fault, Exception? cause = null, string hint = " Fetch or export the file again.") =>
        new($"'{origin}' is not a sound safetensors file: {fault}.{hint}", cause);
}
