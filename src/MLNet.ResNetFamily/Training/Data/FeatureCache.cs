using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MLNet.ResNetFamily;

/// <summary>
/// Features on disk, for the next training with the same backbone: one file for each <see cref="FeatureKey"/>, and in it a row for each
/// image, found by its <see cref="ImageContent"/>. A file that is damaged is as good as none.
/// </summary>
internal sealed class FeatureCache
{
    private const int ContentLength = 16;
    private const int BufferLength = 1 << 20;
    private static readonly byte[] Magic = "MLNRNF1\n"u8.ToArray();

    private readonly Dictionary<UInt128, float[]> _rows = [];
    private readonly string _path;
    private readonly int _featureCount;
    private readonly Action<string> _log;
    private bool _hasNews;

    /// <summary>Reads what is there.</summary>
    /// <param name="directory">Made if it is missing.</param>
    /// <param name="key">See <see cref="FeatureKey"/>.</param>
    /// <param name="featureCount">Numbers per image.</param>
    /// <param name="log">Is told of a file that cannot be used or written.</param>
    /// <exception cref="IOException">The folder cannot be made; the message names the option and the path.</exception>
    public FeatureCache(string directory, string key, int featureCount, Action<string> log)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Option 'FeatureCacheDirectory' is '{directory}', but this folder cannot be made: " +
                $"{error.Message} Choose another one.", error);
        }
        (_path, _featureCount, _log) = (Path.Combine(directory, key + ".features"), featureCount, log);
        if (File.Exists(_path))
            Read();
    }

    /// <summary>Images whose features are known.</summary>
    public int Count => _rows.Count;

    /// <summary>The features of an image, or null.</summary>
    public float[]? Find(UInt128 content) => _rows.GetValueOrDefault(content);

    /// <summary>Remembers the features of an image.</summary>
    public void Add(UInt128 content, ReadOnlySpan<float> features) => _hasNews |= _rows.TryAdd(content, features.ToArray());

    /// <summary>Writes the file, if there is anything new. A training does not end because it cannot.</summary>
    public void Save()
    {
        if (!_hasNews)
            return;
        try
        {
            AtomicFile.Write(_path, Write);
            _hasNews = false;
        }
        catch (IOException error)
        {
            _log($"The features are not kept for another time: {error.Message}");
        }
    }

    private void Write(Stream stream)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Put(Magic);
        Put(MemoryMarshal.AsBytes<int>([_featureCount, _rows.Count]));
        foreach (var (content, features) in _rows)
        {
            Put(MemoryMarshal.AsBytes<UInt128>([content]));
            Put(MemoryMarshal.AsBytes<float>(features));
        }
        stream.Write(hash.GetHashAndReset());

        void Put(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            stream.Write(bytes);
        }
    }

    private void Read()
    {
        try
        {
            using var stream = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferLength);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var head = Take(Magic.Length + 2 * sizeof(int));
            var sizes = MemoryMarshal.Cast<byte, int>(head.AsSpan(Magic.Length));
            var length = head.Length + (long)sizes[1] * (ContentLength + sizes[0] * sizeof(float)) + SHA256.HashSizeInBytes;
            if (!head.AsSpan().StartsWith(Magic) || sizes[0] != _featureCount || sizes[1] < 0 || stream.Length != length)
                throw new InvalidDataException("it is cut off or something else than features");
            for (var row = 0; row < sizes[1]; row++)
            {
                var content = MemoryMarshal.Read<UInt128>(Take(ContentLength));
                _rows[content] = MemoryMarshal.Cast<byte, float>(Take(_featureCount * sizeof(float))).ToArray();
            }
            var found = hash.GetHashAndReset();
            if (!Take(SHA256.HashSizeInBytes).AsSpan().SequenceEqual(found))
                throw new InvalidDataException("its check sum is wrong");

            byte[] Take(int count)
            {
                var bytes = new byte[count];
                stream.ReadExactly(bytes);
                hash.AppendData(bytes);
                return bytes;
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            _rows.Clear();
            _log($"'{_path}' cannot be used ({error.Message.TrimEnd('.')}): the features are computed again.");
        }
    }
}
