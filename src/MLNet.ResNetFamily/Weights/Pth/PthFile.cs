using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace MLNet.ResNetFamily;

/// <summary>
/// A PyTorch checkpoint (<c>.pth</c>, <c>.pt</c>, <c>.th</c>, <c>.bin</c>) that is open for reading: a state_dict, or a training
/// checkpoint with one inside. Both the zip form and the form before PyTorch 1.6 are read.
/// </summary>
/// <remarks>
/// Such files are Python programs by nature. This reader runs none of it: it knows the few instructions and names that weights need. What
/// stands beside the weights, for example a path or a date among the settings, is passed over; where a tensor depends on an unknown name,
/// the file is refused by that name, and so is one that mentions a name that reaches the system.
/// </remarks>
public sealed class PthFile : WeightFile
{
    // A tensor may repeat stored values (stride 0), but not to fill the memory from a small file.
    private const long ExpansionAllowance = 16 << 20;

    private static readonly SearchValues<byte> PickleStart = SearchValues.Create([(byte)PickleOpcode.Proto, (byte)PickleOpcode.Global]);

    private readonly SafeFileHandle _file;
    private readonly IStorageSource _storages;
    private readonly Dictionary<string, PickledTensor> _tensors = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _verified = new(StringComparer.Ordinal);

    /// <summary>
    /// Opens a file, reads its structure and checks it against the file's length; values are read later, one tensor at a time.
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="stateKey">
    /// Where the state_dict stands in a training checkpoint, for example <c>"state_dict_ema"</c>, or <c>"model.state_dict"</c> for one
    /// inside another. By default the first that is there of <c>state_dict</c>, <c>model_state_dict</c>, <c>model_state</c>,
    /// <c>model</c>, <c>net</c>, <c>network</c>, <c>state_dict_ema</c>, <c>model_ema</c> and <c>ema</c>, else the saved object itself.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, hostile, or holds no state_dict; the message says which.</exception>
    public PthFile(string path, string? stateKey = null) : base(path)
    {
        _file = File.OpenHandle(path, options: FileOptions.RandomAccess);
        try
        {
            (_storages, var root) = OpenContainer(_file, path);
            var (key, state) = PickledState.Find(root, stateKey, path);
            StateKey = key;
            Metadata = PickledState.Facts(root);
            Tensors = [.. ReadState(state)];
            UnreadObjects = [.. state.Items.Where(item => item.Value is PickleInert).Select(PickledState.Described)];
            OtherKeys = [.. state.Items.Where(item => item.Value is not PickledTensor).Select(item => Text(item.Key))];
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Where the state_dict stood in the file; empty when it is the saved object itself.</summary>
    public string StateKey { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>
    /// Numbers and texts that stand beside the state_dict in a training checkpoint, for example <c>epoch</c>; empty for most files.
    /// </summary>
    public override IReadOnlyDictionary<string, string> Metadata { get; }

    internal override IReadOnlyList<string> OtherKeys { get; }

    internal override IReadOnlyList<string> UnreadObjects { get; }

    internal static InvalidDataException Broken(string path, string fault) =>
        new($"'{path}' cannot be read as a PyTorch checkpoint: {fault}.");

    internal override void ReadElements(StoredTensor tensor, Span<byte> destination)
    {
        var pickled = _tensors[tensor.Key];
        if (destination.Length == 0)
            return;
        VerifyOnce(pickled.Storage.Key);

        var width = pickled.Type.ByteCount;
        var offset = pickled.Storage.Start * pickled.Storage.ElementBytes + pickled.Offset * width;
        if (pickled.IsContiguous)
        {
            _storages.Read(pickled.Storage.Key, offset, destination);
            return;
        }
        var length = checked((int)(pickled.Reach!.Value * width));
        var stretch = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            _storages.Read(pickled.Storage.Key, offset, stretch.AsSpan(0, length));
            pickled.Gather(stretch.AsSpan(0, length), destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stretch);
        }
    }

    internal override void Verify(IEnumerable<StoredTensor> tensors)
    {
        foreach (var tensor in tensors)
            VerifyOnce(_tensors[tensor.Key].Storage.Key);
    }

    /// <inheritdoc/>
    public override void Dispose() => _file.Dispose();

    private static (IStorageSource Storages, object? Root) OpenContainer(SafeFileHandle file, string path)
    {
        Span<byte> start = stackalloc byte[4];
        if (!FileRange.TryRead(file, 0, start))
            throw Broken(path, $"it has only {RandomAccess.GetLength(file)} bytes");
        if (start.SequenceEqual("PK\x03\x04"u8))
        {
            var zip = new ZipPth(file, path);
            return (zip, zip.Root);
        }
        if (!PickleStart.Contains(start[0]))
            throw Broken(path, "it is neither a zip file nor a pickle; perhaps a download went wrong");
        var legacy = new LegacyPth(file, path);
        return (legacy, legacy.Root);
    }

    private static string Text(object? key) => Convert.ToString(key, CultureInfo.InvariantCulture) ?? "None";

    private void VerifyOnce(string storageKey)
    {
        if (_verified.ContainsKey(storageKey))
            return;
        _storages.Verify(storageKey);
        _verified[storageKey] = true;
    }

    private IEnumerable<StoredTensor> ReadState(PickleDict state)
    {
        foreach (var (key, value) in state.Items)
        {
            if (value is PickleInert { HoldsTensors: true } unread)
            {
                throw Broken(
                    Path, $"tensor '{key}' is stored by way of '{unread.Name}', which is not read: save it as a plain tensor of floats");
            }
            if (value is not PickledTensor tensor)
                continue;
            if (key is not string name || !_tensors.TryAdd(name, tensor))
                throw Broken(Path, $"its state_dict has the key '{key}' twice, or not as text");
            CheckFits(name, tensor);
            yield return new StoredTensor(name, tensor.Type.Type, tensor.Shape);
        }
    }

    private void CheckFits(string name, PickledTensor tensor)
    {
        var (storage, width) = (tensor.Storage, tensor.Type.ByteCount);
        var holder = $"'{_storages.NameOf(storage.Key)}', which holds tensor '{name}',";
        if (_storages.ByteCount(storage.Key) is not { } found)
            throw Broken(Path, $"{holder} is missing");
        if ((Int128)storage.BlockLength * storage.ElementBytes is var needed && needed != found)
            throw Broken(Path, $"{holder} has {found} bytes, but should have {needed}");

        var shape = $"tensor '{name}' of shape {Shapes.Text(tensor.Shape)}";
        var available = (Int128)storage.Length * storage.ElementBytes;
        if (tensor.Reach is not { } reach || tensor.Offset < 0 || ((Int128)tensor.Offset + reach) * width > available)
            throw Broken(Path, $"{shape} reaches outside its storage of {storage.Length} elements");
        if (!Shapes.TryByteCount(tensor.Shape, width, out var byteCount) || byteCount > Math.Max(found, ExpansionAllowance))
            throw Broken(Path, $"{shape} repeats the {found} bytes of its storage too often");
        if (!tensor.IsContiguous && reach * width > Array.MaxLength)
            throw Broken(Path, $"{shape} is spread over {reach * width} bytes, but at most {Array.MaxLength} are read at once");
    }
}
