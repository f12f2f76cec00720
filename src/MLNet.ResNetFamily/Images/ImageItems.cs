using System.Collections;
using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>
/// A list of images that takes little memory where they are files: a path costs the bytes of its file name and 14 more, because the names
/// of folders are kept once. Filled by one thread; afterwards it may be read by many.
/// </summary>
internal sealed class ImageItems : IReadOnlyList<ImageItem>
{
    private const int NoFolder = -1;
    private const int ChunkLength = 1 << 20;

    private readonly List<(int Folder, int Chunk, int Place)> _entries = [];
    private readonly List<string> _folders = [];
    private readonly Dictionary<string, int> _numberOfFolder = new(StringComparer.Ordinal);
    private readonly List<byte[]> _chunks = [];
    private readonly List<ImageItem> _others = [];
    private int _used = ChunkLength;

    public int Count => _entries.Count;

    public ImageItem this[int index] => _entries[index] switch
    {
        (NoFolder, _, var place) => _others[place],
        var (folder, chunk, place) => new ImageFile(_folders[folder] + NameAt(chunk, place)),
    };

    public void Add(ImageItem item)
    {
        if (item is ImageFile { Path: var path } && TryAddFile(path))
            return;
        _entries.Add((NoFolder, 0, _others.Count));
        _others.Add(item);
    }

    public IEnumerator<ImageItem> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
            yield return this[index];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private bool TryAddFile(string path)
    {
        var split = path.LastIndexOfAny([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar]) + 1;
        var length = Encoding.UTF8.GetByteCount(path.AsSpan(split));
        // What is no text, a lone half of a surrogate pair for instance, would not come back as it was.
        if (length > ushort.MaxValue || path.AsSpan(split).Contains('\uFFFD') || path.Any(char.IsSurrogate))
            return false;
        if (_used + sizeof(ushort) + length > ChunkLength)
        {
            _chunks.Add(new byte[ChunkLength]);
            _used = 0;
        }
        _entries.Add((FolderNumber(path[..split]), _chunks.Count - 1, _used));
        var target = _chunks[^1].AsSpan(_used);
        BitConverter.TryWriteBytes(target, (ushort)length);
        Encoding.UTF8.GetBytes(path.AsSpan(split), target[sizeof(ushort)..]);
        _used += sizeof(ushort) + length;
        return true;
    }

    private int FolderNumber(string folder)
    {
        if (!_numberOfFolder.TryGetValue(folder, out var number))
        {
            _numberOfFolder.Add(folder, number = _folders.Count);
            _folders.Add(folder);
        }
        return number;
    }

    private string NameAt(int chunk, int place)
    {
        var bytes = _chunks[chunk].AsSpan(place);
        return Encoding.UTF8.GetString(bytes.Slice(sizeof(ushort), BitConverter.ToUInt16(bytes)));
    }
}
