namespace MLNet.ResNetFamily.StandIns.Tests;

/// <summary>Where the repository and the folder of shared test data beside it are.</summary>
internal static class RepositoryFolders
{
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of shared test data, or the test is skipped: a user's clone does not have it.</summary>
    public static string SharedOrSkip(string folder)
    {
        var path = Path.GetFullPath(Path.Combine(Root, "..", "shared", folder));
        if (!Directory.Exists(path))
        {
            Assert.Inconclusive($"needs '../shared/{folder}', which is not part of a clone");
        }

        return path;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MLNet.ResNetFamily.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No folder above '{AppContext.BaseDirectory}' holds MLNet.ResNetFamily.sln.");
    }
}
