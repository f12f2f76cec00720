namespace MLNet.ResNetFamily;

/// <summary>The folder of everything that this library keeps on the machine.</summary>
internal static class CacheFolder
{
    public const string Variable = "RESNETFAMILY_HOME";

    private const string Name = "resnetfamily";

    /// <summary>The folder that the environment names, else a folder of the user's own; it need not exist.</summary>
    public static string Path =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } home ? System.IO.Path.GetFullPath(home) : Default();

    private static string Default()
    {
        if (OperatingSystem.IsWindows())
            return System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), Name, "cache");
        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS())
            return System.IO.Path.Combine(user, "Library", "Caches", Name);
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } folder
            ? folder
            : System.IO.Path.Combine(user, ".cache");
        return System.IO.Path.Combine(cache, Name);
    }
}
