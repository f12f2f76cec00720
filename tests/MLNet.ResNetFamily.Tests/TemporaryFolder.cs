namespace MLNet.ResNetFamily.Tests.Images;

/// <summary>A folder of a test's own, gone when the test is over.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("resnetfamily-").FullName;

    /// <summary>Writes a file, and the folders on the way to it; returns its path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content = default)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
