namespace Microsoft.ML.Data;

/// <summary>Files, or other streams, read one after the other.</summary>
public interface IMultiStreamSource
{
    int Count { get; }

    string GetPathOrNull(int index);

    Stream Open(int index);

    TextReader OpenTextReader(int index);
}

public sealed class MultiFileSource : IMultiStreamSource
{
    private readonly string[] _paths;

    public MultiFileSource(params string[] paths) => _paths = paths ?? [];

    public int Count => _paths.Length;

    public string GetPathOrNull(int index) => _paths[index];

    public Stream Open(int index)
    {
        try
        {
            return File.OpenRead(_paths[index]);
        }
        catch (Exception exception)
        {
            throw Contracts.Mark(new IOException($"Could not open file '{_paths[index]}'. Error is: {exception.Message}", exception));
        }
    }

    public TextReader OpenTextReader(int index) => new StreamReader(Open(index));
}
