using System.Collections.Concurrent;

namespace MLNet.ResNetFamily.Notebooks.Tests;

/// <summary>Runs the notebooks of the repository with the packed library.</summary>
internal static class NotebookRun
{
    private static readonly ConcurrentDictionary<string, Task<Notebook>> Runs = [];

    /// <summary>The notebook with its fresh outputs. It runs once, for all tests that look at it.</summary>
    public static Task<Notebook> OfAsync(string name) => Runs.GetOrAdd(name, RunAsync);

    /// <summary>The notebook as it takes the library from <see cref="LocalPackages"/>.</summary>
    public static Notebook Prepared(string name)
    {
        var notebook = Notebook.Open(RepositoryFolder.File("notebooks", name));
        foreach (var cell in notebook.Cells)
            cell.Code = Story.Prepare(cell.Code);
        notebook.Cells[0].Code = $"#i \"nuget: {LocalPackages.Folder}\"\n{notebook.Cells[0].Code}";
        return notebook;
    }

    private static async Task<Notebook> RunAsync(string name)
    {
        var notebook = Prepared(name);
        // A notebook's folder is its kernel's; what it writes is put where no other run writes.
        using var temporary = new TemporaryFolder();
        var (folder, place) = (Environment.CurrentDirectory, Environment.GetEnvironmentVariable("TMPDIR"));
        Environment.CurrentDirectory = RepositoryFolder.File("notebooks");
        Environment.SetEnvironmentVariable("TMPDIR", temporary.Path);
        try
        {
            using var kernel = new NotebookKernel();
            await kernel.RunAsync(notebook);
        }
        finally
        {
            Environment.CurrentDirectory = folder;
            Environment.SetEnvironmentVariable("TMPDIR", place);
        }
        return notebook;
    }
}
