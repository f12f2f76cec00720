using System.Net.Http.Headers;

namespace MLNet.ResNetFamily;

/// <summary>What has arrived of a download so far, beside the place of the finished file.</summary>
internal sealed class PartialFile
{
    private readonly string _finished;
    private readonly string _versionPath;

    /// <param name="finished">Where the file goes when it is complete.</param>
    /// <param name="isChecked">Whether a published hash would uncover parts of two versions of a file; without one, remains of an earlier
    /// process are only continued when the server can say that its version is still the same.</param>
    public PartialFile(string finished, bool isChecked)
    {
        _finished = finished;
        Path = finished + ".part";
        _versionPath = Path + ".etag";
        if (!isChecked && Version is null)
            Delete();
    }

    public string Path { get; }

    public long Length => File.Exists(Path) ? new FileInfo(Path).Length : 0;

    /// <summary>The server's mark for the version that was begun; null where it gave none that can be compared byte for byte.</summary>
    public EntityTagHeaderValue? Version
    {
        get
        {
            var text = File.Exists(_versionPath) ? File.ReadAllText(_versionPath) : null;
            return EntityTagHeaderValue.TryParse(text, out var version) && !version.IsWeak ? version : null;
        }
    }

    /// <summary>Forgets what has arrived, because the server sends the file from its beginning.</summary>
    public void Restart(EntityTagHeaderValue? version)
    {
        Delete();
        if (version is { IsWeak: false })
            File.WriteAllText(_versionPath, version.ToString());
    }

    public FileStream Append() => new(Path, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);

    public void Delete()
    {
        File.Delete(Path);
        File.Delete(_versionPath);
    }

    /// <summary>Gives the complete file its name.</summary>
    public void Finish()
    {
        File.Move(Path, _finished, overwrite: true);
        File.Delete(_versionPath);
    }
}
