using System.Collections.Concurrent;

namespace MLNet.ResNetFamily;

/// <summary>
/// A file that this user alone may read, deleted when it is disposed of or collected, at the latest when the process ends.
/// </summary>
internal sealed class TemporaryFile : IDisposable
{
    private static readonly ConcurrentDictionary<string, bool> Folders = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("resnetfamily-").FullName;

    static TemporaryFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var folder in Folders.Keys)
            Delete(folder);
    };

    /// <param name="name">Its name; the folder is the file's own.</param>
    public TemporaryFile(string name)
    {
        Folders.TryAdd(_folder, true);
        Path = System.IO.Path.Combine(_folder, name);
    }

    /// <summary>A model that was never disposed of does not fill the disk.</summary>
    ~TemporaryFile() => Delete(_folder);

    /// <summary>Where it is; there is none before it is written.</summary>
    public string Path { get; }

    public void Dispose()
    {
        Delete(_folder);
        GC.SuppressFinalize(this);
    }

    private static void Delete(string folder)
    {
        if (!Folders.TryRemove(folder, out _))
            return;
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Another program, one that looks for viruses for instance, has it open: it stays with the system's other temporary files.
        }
    }
}
