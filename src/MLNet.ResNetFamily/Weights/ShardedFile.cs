using System.Text.Json;

namespace MLNet.ResNetFamily;

/// <summary>
/// Weights that are spread over several files, as Hugging Face writes large networks: an index such as <c>model.safetensors.index.json</c>
/// names the file of each tensor. All files stand in the index's own folder.
/// </summary>
internal sealed class ShardedFile : WeightFile
{
    private const string WeightMapKey = "weight_map";
    private const long MaximumIndexLength = 64 << 20;
    private const int MaximumShardCount = 1_000;

    private readonly List<WeightFile> _shards = [];
    private readonly Dictionary<string, WeightFile> _shardOf = new(StringComparer.Ordinal);

    /// <summary>Opens the index and all its shards.</summary>
    /// <exception cref="InvalidDataException">The index or a shard is damaged, is missing, or lies elsewhere.</exception>
    public ShardedFile(string path) : base(path)
    {
        try
        {
            var map = ReadIndex(path);
            foreach (var name in map.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
                AddShard(name);
            foreach (var (key, name) in map)
            {
                if (!_shardOf.TryGetValue(key, out var shard) || NameOf(shard) != name)
                    throw Broken($"tensor '{key}' should be in '{name}', but is not there");
            }
            Tensors = [.. _shards.SelectMany(shard => shard.Tensors)];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<StoredTensor> Tensors { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Metadata => _shards[0].Metadata;

    internal override IReadOnlyList<string> OtherKeys => [.. _shards.SelectMany(shard => shard.OtherKeys)];

    /// <summary>Whether a path names an index.</summary>
    public static bool IsIndex(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    internal override void ReadElements(StoredTensor tensor, Span<byte> destination) =>
        _shardOf[tensor.Key].ReadElements(tensor, destination);

    internal override void Verify(IEnumerable<StoredTensor> tensors)
    {
        foreach (var group in tensors.GroupBy(tensor => _shardOf[tensor.Key]))
            group.Key.Verify(group);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var shard in _shards)
            shard.Dispose();
    }

    private static string NameOf(WeightFile shard) => System.IO.Path.GetFileName(shard.Path);

    private void AddShard(string name)
    {
        // A plain name cannot lead out of the folder, nor back to the index.
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny('/', '\\', ':') || IsIndex(name))
            throw Broken($"it names the shard '{name}', but only files beside the index are opened");
        var path = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path) ?? "", name);
        if (!File.Exists(path))
            throw Broken($"its shard '{name}' is missing. Download it into the same folder");
        if (_shards.Count == MaximumShardCount)
            throw Broken($"it names more than {MaximumShardCount} shards");
        var shard = OpenSingle(path);
        _shards.Add(shard);
        foreach (var tensor in shard.Tensors)
        {
            if (!_shardOf.TryAdd(tensor.Key, shard))
                throw Broken($"tensor '{tensor.Key}' is in two of its shards, '{NameOf(_shardOf[tensor.Key])}' and '{name}'");
        }
    }

    private Dictionary<string, string> ReadIndex(string path)
    {
        if (new FileInfo(path).Length is > MaximumIndexLength and var length)
            throw Broken($"it has {length} bytes, but at most {MaximumIndexLength} are read");
        try
        {
            using var index = JsonDocument.Parse(File.ReadAllBytes(path));
            var map = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var entry in index.RootElement.GetProperty(WeightMapKey).EnumerateObject())
                map[entry.Name] = entry.Value.GetString() ?? "";
            return map.Count > 0 ? map : throw Broken($"its '{WeightMapKey}' is empty");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Broken($"it has no '{WeightMapKey}' from names of tensors to names of files. Name the weight file itself, or its folder");
        }
    }

    private InvalidDataException Broken(string fault) => new($"'{Path}' cannot be read as the index of a sharded weight file: {fault}.");
}
