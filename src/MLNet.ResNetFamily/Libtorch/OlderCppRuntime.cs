using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>
/// TorchSharp 0.107's native library asks for the symbol version GLIBCXX_3.4.32 (GCC 13) of the C++ runtime, which Debian 12, Ubuntu 22.04
/// and their kin lack, so that it cannot be loaded there. One symbol alone is behind it, which the compiler names and nothing calls: a
/// copy of the file in which that one need is optional ("weak") loads and runs.
/// </summary>
internal static class OlderCppRuntime
{
    private const string NeverCalled = "_ZSt21ios_base_library_initv";
    private const byte Weak = 2;

    private static readonly (string Version, string Systems)[] FirstSystems =
    [
        ("GLIBC_2.32", "Debian 12, Ubuntu 22.04, RHEL 9"),
        ("GLIBC_2.34", "Debian 12, Ubuntu 22.04, RHEL 9"),
        ("GLIBCXX_3.4.29", "Debian 12, Ubuntu 22.04, RHEL 9"),
        ("GLIBCXX_3.4.30", "Debian 12, Ubuntu 22.04, RHEL 10"),
        ("GLIBCXX_3.4.32", "Debian 13, Ubuntu 24.04, RHEL 10"),
    ];

    /// <summary>The needs of a library that this system's libraries do not meet.</summary>
    public static IReadOnlyList<ElfFile.VersionNeed> Missing(byte[] library) => Missing(library, VersionsHere);

    /// <param name="library">Content of the library.</param>
    /// <param name="versionsOf">The versions that the library of a name has on a system; null where it is not known.</param>
    public static IReadOnlyList<ElfFile.VersionNeed> Missing(byte[] library, Func<string, IReadOnlySet<string>?> versionsOf) =>
        new ElfFile(new MemoryStream(library)).Needs
            .GroupBy(need => need.Library)
            .SelectMany(needs => versionsOf(needs.Key) is { } versions ? needs.Where(need => !versions.Contains(need.Version)) : [])
            .ToArray();

    /// <summary>The same library with its one missing need made optional.</summary>
    /// <returns>Null where more is missing, or where the need stands for a symbol that may be called.</returns>
    public static byte[]? Mend(byte[] library, IReadOnlyList<ElfFile.VersionNeed> missing)
    {
        if (missing is not [var need] || !new ElfFile(new MemoryStream(library)).SymbolsOf(need).SequenceEqual([NeverCalled]))
            return null;
        var mended = (byte[])library.Clone();
        mended[need.FlagsOffset] |= Weak;
        return mended;
    }

    /// <summary>Says which versions are missing and which systems have them.</summary>
    public static string Explain(IReadOnlyList<ElfFile.VersionNeed> missing) => string.Join(" ", missing.Select(need =>
    {
        var systems = FirstSystems.FirstOrDefault(first => first.Version == need.Version).Systems;
        return $"It needs version {need.Version} of {need.Library}, which this system lacks"
            + (systems is null ? "." : $"; {systems} and later have it.");
    }));

    // The file that this process has loaded under a name, as the kernel lists it.
    private static IReadOnlySet<string>? VersionsHere(string library)
    {
        if (!NativeLibrary.TryLoad(library, out _))
            return null;
        var path = File.ReadLines("/proc/self/maps").Select(line => line[(line.IndexOf('/') is var at and >= 0 ? at : line.Length)..])
            .FirstOrDefault(path => Path.GetFileName(path).StartsWith(library, StringComparison.Ordinal));
        if (path is null)
            return null;
        using var file = File.OpenRead(path);
        return new ElfFile(file).Versions;
    }
}
