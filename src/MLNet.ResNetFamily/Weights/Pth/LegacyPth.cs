using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace MLNet.ResNetFamily;

/// <summary>
/// The form of a .pth file before PyTorch 1.6: five pickles (a magic number, the version 1001, facts about the machine, the saved object,
/// the keys of the storages), then each storage as its element count and its elements.
/// </summary>
internal sealed class LegacyPth : IStorageSource
{
    private const long ProtocolVersion = 1001;
    private const int BufferLength = 1 << 16;

    private static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber);

    private readonly SafeFileHandle _file;
    private readonly string _path;
    private readonly Dictionary<string, PickledStorage> _described = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Offset, long ByteCount)> _places = new(StringComparer.Ordinal);

    public LegacyPth(SafeFileHandle file, string path)
    {
        _file = file;
        _path = path;
        var fileLength = RandomAccess.GetLength(file);
        using var stream = new BufferedStream(new RangeStream(file, 0, fileLength), BufferLength);
        if (ReadPickle(stream) is not BigInteger magic || magic != Magic || ReadPickle(stream) is not ProtocolVersion)
            throw Broken("it is a pickle, but not one that torch.save wrote");
        if (ReadPickle(stream) is not PickleDict machine || machine["little_endian"] is not true)
            throw Broken("it was not saved on a little-endian machine");

        Root = new PickleReader(stream, path, TorchGlobals.Find, Describe).Read();
        var keys = (ReadPickle(stream) as PickleList)?.Items.OfType<string>() ?? throw Broken("its list of storages is missing");
        FindStorages(keys, stream.Position, fileLength);
    }

    /// <summary>The object that was saved.</summary>
    public object? Root { get; }

    public long? ByteCount(string key) => _places.TryGetValue(key, out var place) ? place.ByteCount : null;

    public string NameOf(string key) => $"storage {key}";

    // The format has no checksums.
    public void Verify(string key)
    {
    }

    public void Read(string key, long offset, Span<byte> destination)
    {
        if (!FileRange.TryRead(_file, _places[key].Offset + offset, destination))
            throw Broken("it became shorter while it was read");
    }

    private object? ReadPickle(Stream stream) => new PickleReader(stream, _path, TorchGlobals.Find).Read();

    private object Describe(object? description)
    {
        var described = TorchGlobals.Persistent(description)
            ?? throw Broken("its pickle describes a stored object in a way that PyTorch does not");
        // Where one storage ends, the next begins, so that the length of each must be known.
        if (described is PickleInert { HoldsTensors: true } unread)
            throw Broken($"it holds a '{unread.Name}', which is not read: save it with PyTorch 1.6 or later, or the weights alone");
        if (described is not PickledStorage storage)
            return described;
        if (_described.TryAdd(storage.Key, storage) || _described[storage.Key].Type == storage.Type)
            return storage;
        throw Broken($"its pickle gives storage {storage.Key} two types");
    }

    private void FindStorages(IEnumerable<string> keys, long position, long fileLength)
    {
        var prefix = new byte[sizeof(long)];
        foreach (var key in keys)
        {
            if (!_described.TryGetValue(key, out var storage))
                throw Broken($"it holds storage {key}, which its pickle does not mention");
            if (!FileRange.TryRead(_file, position, prefix))
                throw Broken($"it is cut off before storage {key}");
            position += prefix.Length;

            var count = BitConverter.ToInt64(prefix);
            var width = storage.ElementBytes;
            if (count < 0 || count > (fileLength - position) / width)
                throw Broken($"it is cut off inside storage {key}, which should have {count} elements of {width} bytes");
            if (!_places.TryAdd(key, (position, count * width)))
                throw Broken($"it holds storage {key} twice");
            position += count * width;
        }
        if (position != fileLength)
            throw Broken($"{fileLength - position} bytes follow its last storage");
    }

    private InvalidDataException Broken(string fault) => PthFile.Broken(_path, fault);
}
