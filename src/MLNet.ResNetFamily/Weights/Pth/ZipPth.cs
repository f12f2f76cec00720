using Microsoft.Win32.SafeHandles;

namespace MLNet.ResNetFamily;

/// <summary>
/// The zip form of a .pth file, written since PyTorch 1.6: <c>NAME/data.pkl</c> and one entry <c>NAME/data/KEY</c> for each storage.
/// </summary>
internal sealed class ZipPth : IStorageSource
{
    private const string PickleName = "data.pkl";

    // Thirty times the largest that a network of this library makes.
    private const int MaximumPickleLength = 32 << 20;

    private readonly SafeZipReader _zip;
    private readonly string _folder;

    public ZipPth(SafeFileHandle file, string path)
    {
        _zip = new SafeZipReader(file, path);
        _folder = FindFolder(path);
        var holdsCode = _zip.Entries.Keys.Any(name => name.StartsWith(_folder + "code/", StringComparison.Ordinal));
        if (holdsCode || _zip.Entries.ContainsKey(_folder + "constants.pkl"))
        {
            throw PthFile.Broken(
                path, "it is a TorchScript archive, but a state_dict is needed: save 'model.state_dict()' with torch.save");
        }

        CheckByteOrder(path);
        var pickle = new MemoryStream(ReadSmall(_folder + PickleName, MaximumPickleLength));
        Root = new PickleReader(pickle, path, TorchGlobals.Find, description => TorchGlobals.Persistent(description)
            ?? throw PthFile.Broken(path, "its pickle describes a stored object in a way that PyTorch does not")).Read();
    }

    /// <summary>The object that was saved.</summary>
    public object? Root { get; }

    public long? ByteCount(string key) => _zip.Entries.TryGetValue(NameOf(key), out var entry) ? entry.Length : null;

    public string NameOf(string key) => $"{_folder}data/{key}";

    public void Verify(string key) => _zip.Verify(_zip.Entries[NameOf(key)]);

    public void Read(string key, long offset, Span<byte> destination) => _zip.Read(_zip.Entries[NameOf(key)], offset, destination);

    private string FindFolder(string path)
    {
        var pickles = _zip.Entries.Keys.Where(name => name == PickleName || name.EndsWith('/' + PickleName)).ToList();
        if (pickles is [var only])
            return only[..^PickleName.Length];

        if (pickles.Count == 0 && ForeignFormats.OfZip([.. _zip.Entries.Keys]) is { } foreign)
            throw foreign.Refused(path);
        var folder = _zip.Entries.Keys.Select(name => name.Split('/')).FirstOrDefault(parts => parts.Length > 1)?[0];
        throw PthFile.Broken(path, pickles.Count == 0
            ? $"its entry '{(folder is null ? "" : folder + '/')}{PickleName}' is missing"
            : $"it has {pickles.Count} entries named '{PickleName}', but one is needed");
    }

    private void CheckByteOrder(string path)
    {
        if (!_zip.Entries.ContainsKey(_folder + "byteorder"))
            return;
        if (System.Text.Encoding.ASCII.GetString(ReadSmall(_folder + "byteorder", 16)).Trim() is var order and not "little")
            throw PthFile.Broken(path, $"its byte order is '{order}', but only 'little' is read: save it again on such a machine");
    }

    private byte[] ReadSmall(string name, int maximumLength)
    {
        var entry = _zip.Entries[name];
        if (entry.Length > maximumLength)
            throw _zip.Broken($"the entry '{name}' has {entry.Length} bytes, but at most {maximumLength} are read");
        _zip.Verify(entry);
        var content = new byte[entry.Length];
        _zip.Read(entry, 0, content);
        return content;
    }
}
