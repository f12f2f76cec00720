namespace MLNet.ResNetFamily.Tests;

/// <summary>Where the repository is.</summary>
internal static class RepositoryFolder
{
    public static string Path { get; } = Find();

    public static string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(System.IO.Path.Combine(folder.FullName, "MLNet.ResNetFamily.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' holds MLNet.ResNetFamily.sln.");
    }
}
