using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>A weight file that is open for reading: what it holds, and the values of one tensor at a time.</summary>
/// <remarks>Any number of threads may read at once. No code in a file is ever run.</remarks>
public abstract class WeightFile : IDisposable
{
    private readonly Lazy<Dictionary<string, StoredTensor>> _byKey;

    private protected WeightFile(string path)
    {
        Path = path;
        _byKey = new(() => Tensors.ToDictionary(tensor => tensor.Key, StringComparer.Ordinal));
    }

    /// <summary>The file's path as it was given; of a folder, that of the file in it.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order of the file.</summary>
    public abstract IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>Free text that the file carries beside its tensors; empty for most.</summary>
    public abstract IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Keys in the state_dict whose values are no tensors, and are not read.</summary>
    internal virtual IReadOnlyList<string> OtherKeys => [];

    /// <summary>Those of them whose values are objects, which are not made: key and Python name, as messages write them.</summary>
    internal virtual IReadOnlyList<string> UnreadObjects => [];

    /// <summary>Opens a file of any known format, told by its content.</summary>
    /// <param name="path">Path of a .safetensors file, a PyTorch checkpoint or an ONNX model, of which the initializers are read; of the
    /// index of sharded weights (<c>model.safetensors.index.json</c>); or of a folder with a file of weights, as Hugging Face lays it
    /// out.</param>
    /// <param name="stateKey">Where the state_dict stands in a PyTorch checkpoint, as <see cref="PthFile(string, string?)"/> takes it;
    /// null, the default, for the usual places.</param>
    /// <returns>The open file; the caller disposes of it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ArgumentException">A <paramref name="stateKey"/> was given for a file of another kind.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, hostile, or of another format, of which the message says what to
    /// do.</exception>
    public static WeightFile Open(string path, string? stateKey = null)
    {
        if (Directory.Exists(path))
            path = WeightFolder.FileIn(path);
        return ShardedFile.IsIndex(path) ? NoStateKey(stateKey, path) ?? new ShardedFile(path) : OpenSingle(path, stateKey);
    }

    private protected static WeightFile OpenSingle(string path, string? stateKey = null)
    {
        var start = FileRange.Start(path, ForeignFormats.StartLength);
        if (ForeignFormats.Of(start, path) is { } foreign)
            throw foreign.Refused(path);

        if (OnnxWeightFile.IsOnnx(start, path))
            return NoStateKey(stateKey, path) ?? MLNetResNetFile.Recognize(new OnnxWeightFile(path));

        // A safetensors file begins with the length of its header, and the header with a brace.
        var isSafetensors = start is [_, _, _, _, _, _, _, _, (byte)'{', ..]
            || path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);
        return isSafetensors && !start.AsSpan().StartsWith("PK"u8)
            ? NoStateKey(stateKey, path) ?? new SafetensorsFile(path)
            : new PthFile(path, stateKey);
    }

    private static WeightFile? NoStateKey(string? stateKey, string path) => stateKey is null ? null : throw new ArgumentException(
        $"'{path}' is no PyTorch checkpoint, and has nothing under the key '{stateKey}': all its tensors stand side by side. " +
        "Leave 'stateKey' out ('--state-key' on the command line).", nameof(stateKey));

    /// <summary>Looks a tensor up by its key.</summary>
    /// <param name="key">The exact key.</param>
    /// <returns>What the file says about the tensor.</returns>
    /// <exception cref="ArgumentException">The file has no such tensor.</exception>
    public StoredTensor this[string key] => _byKey.Value.TryGetValue(key, out var found) ? found : throw new ArgumentException(
        $"'{Path}' has no tensor '{key}'. It has {ListText.Text(Tensors.Select(tensor => $"'{tensor.Key}'"))}.", nameof(key));

    /// <summary>Reads one tensor with the type and shape of the file.</summary>
    /// <param name="key">The exact key.</param>
    /// <returns>A new tensor in main memory; the caller disposes of it.</returns>
    /// <exception cref="ArgumentException">The file has no such tensor.</exception>
    /// <exception cref="InvalidDataException">The tensor's data are damaged.</exception>
    public Tensor Read(string key)
    {
        var tensor = this[key];
        if (tensor.ByteCount > Array.MaxLength)
        {
            throw new InvalidDataException(
                $"'{Path}': tensor {tensor} takes {tensor.ByteCount} bytes, but at most {Array.MaxLength} are read at once.");
        }
        var values = empty([.. tensor.Shape], dtype: tensor.DataType);
        try
        {
            ReadElements(tensor, values.bytes);
            return values;
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    /// <summary>Reads one tensor's elements, little-endian and in row-major order.</summary>
    internal abstract void ReadElements(StoredTensor tensor, Span<byte> destination);

    /// <summary>
    /// Checks the checksums that cover the given tensors, where the format has them, so that a later read does not fail half-way.
    /// </summary>
    internal abstract void Verify(IEnumerable<StoredTensor> tensors);

    /// <summary>Closes the file.</summary>
    public abstract void Dispose();
}
