using System.Text;

namespace Microsoft.ML;

/// <summary>Where one component of a model is written: its main stream, and its directory in the repository for whatever else it has.</summary>
public sealed class ModelSaveContext : IDisposable
{
    internal readonly RepositoryWriter Repository;
    internal readonly string Directory;
    internal readonly BinaryWriter Writer;

    private readonly RepositoryEntry _entry;
    private readonly List<string> _strings = [];
    private ModelHeader _header;
    private string _loaderAssemblyName;

    internal ModelSaveContext(RepositoryWriter rep, string dir, string name)
    {
        Repository = rep;
        Directory = dir;
        _entry = rep.CreateEntry(dir, name);
        Writer = new BinaryWriter(_entry.Stream, Encoding.UTF8, leaveOpen: true);
        Writer.Write(new byte[ModelHeader.Size]);
    }

    public void Dispose()
    {
        Writer.Dispose();
        _entry.Dispose();
    }

    internal static void SaveModel(RepositoryWriter rep, ICanSaveModel value, string path)
    {
        using var context = new ModelSaveContext(rep, path, ModelLoadContext.ModelStreamName);
        value.Save(context);
        context.Done();
    }

    internal void CheckAtModel() => Contracts.Check(Writer.BaseStream.Position == ModelHeader.Size, "The model's stream is not at its start.");

    internal void SetVersionInfo(VersionInfo ver)
    {
        _header = ModelHeader.Of(ver);
        _loaderAssemblyName = ver.LoaderAssemblyName;
    }

    internal void SaveModel(ICanSaveModel value, string name) => SaveModel(Repository, value, Path.Combine(Directory ?? "", name));

    internal void SaveSubModel(string dir, Action<ModelSaveContext> fn)
    {
        using var context = new ModelSaveContext(Repository, Path.Combine(Directory ?? "", dir), ModelLoadContext.ModelStreamName);
        fn(context);
        context.Done();
    }

    internal void SaveBinaryStream(string name, Action<BinaryWriter> action)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        Contracts.CheckValue(action, nameof(action));
        using var entry = Repository.CreateEntry(Directory, name);
        using var writer = new BinaryWriter(entry.Stream, Encoding.UTF8, leaveOpen: true);
        action(writer);
    }

    internal void SaveTextStream(string name, Action<TextWriter> action)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        Contracts.CheckValue(action, nameof(action));
        using var entry = Repository.CreateEntry(Directory, name);
        using var writer = new StreamWriter(entry.Stream, leaveOpen: true);
        action(writer);
    }

    internal void SaveStringOrNull(string str) => Writer.Write(str is null ? -1 : IdOf(str));

    internal void SaveNonEmptyString(string str)
    {
        Contracts.CheckNonEmpty(str, nameof(str));
        Writer.Write(IdOf(str));
    }

    internal void Done()
    {
        Contracts.Check(_header is { ModelSignature: not 0 }, "ModelSignature not specified!");
        _header.Write(Writer, 0, _strings, _loaderAssemblyName);
    }

    private int IdOf(string text)
    {
        var id = _strings.IndexOf(text);
        if (id >= 0)
            return id;
        _strings.Add(text);
        return _strings.Count - 1;
    }
}
