using System.IO.Compression;
using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>One named stream of a saved model, seekable while it is open; a temporary file backs it.</summary>
internal sealed class RepositoryEntry : IDisposable
{
    private Action<Stream> _onDispose;

    public RepositoryEntry(string directory, Action<Stream> onDispose = null)
    {
        Stream = new FileStream(
            Path.Combine(directory, $"ml_dotnet_{Path.GetRandomFileName()}"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose,
            });
        _onDispose = onDispose;
    }

    public Stream Stream { get; }

    public void Dispose()
    {
        var onDispose = _onDispose;
        _onDispose = null;
        try
        {
            onDispose?.Invoke(Stream);
        }
        finally
        {
            Stream.Dispose();
        }
    }
}

internal static class RepositoryPath
{
    public static string Of(string dir, string name)
    {
        Contracts.CheckParam(dir is null || !dir.Contains(".."), nameof(dir), "A directory of a model cannot contain '..'");
        Contracts.CheckParam(!string.IsNullOrWhiteSpace(name) && !name.Contains(".."), nameof(name), "A model's entry needs a name without '..'");
        return Path.Combine(dir ?? "", name).Replace('\\', '/');
    }

    public static string TemporaryDirectory(IExceptionContext context)
        => (context as IHostEnvironmentInternal)?.TempFilePath ?? Path.GetTempPath();
}

/// <summary>Writes a model's entries into a zip archive, each when it is closed.</summary>
internal sealed class RepositoryWriter : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly string _temporaryDirectory;
    private readonly HashSet<string> _names = [];

    public RepositoryWriter(Stream stream, IExceptionContext ectx)
    {
        Contracts.CheckValue(stream, nameof(stream));
        _archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        _temporaryDirectory = RepositoryPath.TemporaryDirectory(ectx);

        using var entry = CreateEntry("TrainingInfo", "Version.txt");
        using var writer = new StreamWriter(entry.Stream, leaveOpen: true);
        writer.WriteLine(typeof(RepositoryWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
    }

    public RepositoryEntry CreateEntry(string dir, string name)
    {
        var path = RepositoryPath.Of(dir, name);
        if (!_names.Add(path))
            throw Contracts.ExceptParam(nameof(name), $"Duplicate entry: '{path}'");

        return new RepositoryEntry(_temporaryDirectory, source =>
        {
            using var target = _archive.CreateEntry(path).Open();
            source.Position = 0;
            source.CopyTo(target);
        });
    }

    public void Dispose() => _archive.Dispose();
}

internal sealed class RepositoryReader : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly string _temporaryDirectory;

    public RepositoryReader(Stream stream, IExceptionContext ectx)
    {
        Contracts.CheckValue(stream, nameof(stream));
        try
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (Exception exception)
        {
            throw Contracts.ExceptDecode("Failed to open a zip archive", exception);
        }

        _temporaryDirectory = RepositoryPath.TemporaryDirectory(ectx);
    }

    public RepositoryEntry OpenEntryOrNull(string dir, string name)
    {
        // Genuine models of old were written with backslashes.
        var path = RepositoryPath.Of(dir, name);
        var archived = _archive.GetEntry(path) ?? _archive.GetEntry(path.Replace('/', '\\'));
        if (archived is null)
            return null;

        var entry = new RepositoryEntry(_temporaryDirectory);
        using (var source = archived.Open())
            source.CopyTo(entry.Stream);
        entry.Stream.Position = 0;
        return entry;
    }

    public void Dispose() => _archive.Dispose();
}
