namespace MLNet.ResNetFamily.Notebooks.Tests;

/// <summary>
/// The library's packages as they were built, in a folder that serves as a source, in a version of their own that no cache knows.
/// </summary>
[TestClass]
public sealed class LocalPackages
{
    private const string Released = "0.1.0";

    private static readonly string[] Names = ["MLNet.ResNetFamily", "MLNet.ResNetFamily.Studies"];
    private static readonly string Version = $"{Released}.{(int)(DateTime.UtcNow - new DateTime(2026, 1, 1)).TotalSeconds}";

    public static string Folder { get; private set; } = "";

    [AssemblyInitialize]
    public static async Task PackAsync(TestContext context)
    {
        Folder = Directory.CreateTempSubdirectory("resnetfamily-packages-").FullName;
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Name;
        foreach (var name in Names)
        {
            string[] pack = ["pack", RepositoryFolder.File("src", name), "-c", configuration, "-o", Folder, "--no-build", "-nologo"];
            await Program.RunAsync("dotnet", [.. pack, $"-p:PackageVersion={Version}"]);
        }
    }

    [AssemblyCleanup]
    public static async Task DeleteAsync()
    {
        if (Folder.Length == 0)
            return;
        Directory.Delete(Folder, recursive: true);
        var (_, places) = await Program.TryRunAsync("dotnet", ["nuget", "locals", "global-packages", "--list"]);
        var cache = places[(places.IndexOf(':') + 1)..].Trim();
        foreach (var folder in Names.Select(name => Path.Combine(cache, name.ToLowerInvariant(), Version)).Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>The code of a notebook or program with the packages' version in the place of the released one.</summary>
    public static string Use(string code) => Names.Aggregate(code, (text, name) =>
        text.Replace($"nuget: {name}, {Released}\"", $"nuget: {name}, {Version}\"")
            .Replace($"#:package {name}@{Released}\n", $"#:package {name}@{Version}\n"));
}
