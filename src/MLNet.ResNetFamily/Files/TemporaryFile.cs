namespace MLNet.ResNetFamily;

/// <summary>A file that this user alone may read, deleted when it is disposed of, at the latest when the process ends.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resnetfamily-");

    /// <param name="name">Its name; the folder is the file's own.</param>
    public TemporaryFile(string name)
    {
        Path = System.IO.Path.Combine(_folder.FullName, name);
        AppDomain.CurrentDomain.ProcessExit += AtTheEnd;
    }

    /// <summary>Where it is; there is none before it is written.</summary>
    public string Path { get; }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= AtTheEnd;
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another program, one that looks for viruses for instance, has it open: it stays with the system's other temporary files.
        }
    }

    private void AtTheEnd(object? sender, EventArgs args) => Dispose();
}
