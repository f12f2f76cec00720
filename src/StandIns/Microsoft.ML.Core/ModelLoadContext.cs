using System.Reflection;
using System.Text;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

internal sealed class ModelLoadContext : IDisposable
{
    public const string ModelStreamName = "Model.key";

    public readonly RepositoryReader Repository;
    public readonly string Directory;
    public readonly BinaryReader Reader;
    public readonly string LoaderAssemblyName;
    internal readonly ModelHeader Header;

    private readonly string[] _strings;

    internal ModelLoadContext(RepositoryReader rep, RepositoryEntry ent, string dir)
    {
        Repository = rep;
        Directory = dir;
        Reader = new BinaryReader(ent.Stream, Encoding.UTF8, leaveOpen: true);
        Header = ModelHeader.Read(Reader, out _strings, out LoaderAssemblyName);
    }

    /// <summary>Loads the component in the directory, or returns false where there is none.</summary>
    public static bool LoadModelOrNull<TRes, TSig>(IHostEnvironment env, out TRes result, RepositoryReader rep, string dir, params object[] extra)
        where TRes : class
    {
        result = null;
        using var entry = rep.OpenEntryOrNull(dir, ModelStreamName);
        if (entry is null)
            return false;

        using var context = new ModelLoadContext(rep, entry, dir);
        result = context.Create<TRes, TSig>(env, extra) ?? throw Contracts.ExceptDecode($"Couldn't load model: '{dir}'");
        return true;
    }

    public static void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, RepositoryReader rep, string dir, params object[] extra)
        where TRes : class
        => Contracts.CheckDecode(LoadModelOrNull<TRes, TSig>(env, out result, rep, dir, extra), "Corrupt model file");

    public void LoadModel<TRes, TSig>(IHostEnvironment env, out TRes result, string name, params object[] extra)
        where TRes : class
        => LoadModel<TRes, TSig>(env, out result, Repository, Path.Combine(Directory ?? "", name), extra);

    public bool TryProcessSubModel(string dir, Action<ModelLoadContext> action)
    {
        var path = Path.Combine(Directory ?? "", dir);
        using var entry = Repository.OpenEntryOrNull(path, ModelStreamName);
        if (entry is null)
            return false;
        using var context = new ModelLoadContext(Repository, entry, path);
        action(context);
        return true;
    }

    public bool TryLoadBinaryStream(string name, Action<BinaryReader> action)
    {
        Contracts.CheckNonEmpty(name, nameof(name));
        Contracts.CheckValue(action, nameof(action));
        using var entry = Repository.OpenEntryOrNull(Directory, name);
        if (entry is null)
            return false;
        using var reader = new BinaryReader(entry.Stream, Encoding.UTF8, leaveOpen: true);
        action(reader);
        return true;
    }

    public void CheckAtModel()
        => Contracts.Check(Reader.BaseStream.Position == ModelHeader.Size, "The model's stream is not at its start.");

    public void CheckAtModel(VersionInfo ver)
    {
        CheckAtModel();
        Header.CheckVersion(ver);
    }

    public string LoadStringOrNull()
    {
        var id = Reader.ReadInt32();
        return id == -1 ? null : StringOf(id);
    }

    public string LoadString() => StringOf(Reader.ReadInt32());

    public string LoadNonEmptyString()
    {
        var text = LoadString();
        Contracts.CheckDecode(text.Length > 0, "Corrupt model file");
        return text;
    }

    public void Dispose() => Reader.Dispose();

    private TRes Create<TRes, TSig>(IHostEnvironment env, object[] extra) where TRes : class
    {
        // The loader's assembly may never have been loaded: it is found by the name that stands in the file.
        if (!string.IsNullOrEmpty(LoaderAssemblyName))
            env.ComponentCatalog.RegisterAssembly(Assembly.Load(LoaderAssemblyName));

        object[] arguments = [this, .. extra];
        foreach (var signature in (string[])[Header.LoaderSignature, Header.LoaderSignatureAlt])
        {
            if (signature.Length == 0 || !env.ComponentCatalog.TryCreateInstance(env, typeof(TSig), signature, arguments, out var instance))
                continue;
            if (instance is TRes result)
            {
                Contracts.CheckDecode(Reader.BaseStream.Position == Header.ModelEnd, "Corrupt model file");
                return result;
            }
        }

        return null;
    }

    private string StringOf(int id)
    {
        Contracts.CheckDecode(id >= 0 && id < _strings.Length, "Corrupt model file");
        return _strings[id];
    }
}
