namespace MLNet.ResNetFamily;

/// <summary>How far a download of weights has come.</summary>
/// <param name="Name">Name of the weights.</param>
/// <param name="ByteCount">Bytes that are there, those of an earlier attempt included.</param>
/// <param name="TotalByteCount">Bytes of the whole file; null when the server does not say.</param>
public readonly record struct DownloadProgress(string Name, long ByteCount, long? TotalByteCount);
