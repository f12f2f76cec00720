namespace MLNet.ResNetFamily;

/// <summary>Where the storages of a .pth file lie: in entries of a zip file, or one after another behind the pickle.</summary>
internal interface IStorageSource
{
    /// <summary>Number of bytes of a storage, or null when the file lacks it.</summary>
    long? ByteCount(string key);

    /// <summary>What a person would look for when a storage is missing.</summary>
    string NameOf(string key);

    /// <summary>Compares a storage with its checksum, where there is one.</summary>
    void Verify(string key);

    /// <summary>Reads a stretch of a storage.</summary>
    void Read(string key, long offset, Span<byte> destination);
}
