using System.Reflection;
using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>Finds the native files that belong to the TorchSharp of this process.</summary>
internal static class LibtorchFiles
{
    public const string TorchSharpLibrary = "libLibTorchSharp.so";
    public const string ProcessorLibrary = "libtorch_cpu.so";

    // In the order of their dependencies; the last one, small, brings the GPU's where the package has them.
    private static readonly string[] InOrder = ["libc10.so", ProcessorLibrary, "libtorch.so"];

    /// <summary>Whether the program has a libtorch of TorchSharp's packages.</summary>
    public static bool IsPresent { get; } = Has(
        OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : ProcessorLibrary);

    /// <summary>Whether that libtorch knows CUDA.</summary>
    public static bool HasCuda { get; } = Has(OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so");

    /// <summary>The path of a file that came with the program or lies in the package cache; null where there is none.</summary>
    public static string? Find(Assembly torchSharp, string file) =>
        Folders(torchSharp).Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    /// <summary>Loads the package's libtorch, so that whoever asks for one by its name alone gets this one.</summary>
    /// <returns>The handle of its part for processors; null where the package is not there or cannot be loaded.</returns>
    public static nint? Load(Assembly torchSharp)
    {
        nint? processorLibrary = null;
        foreach (var name in InOrder)
        {
            if (Find(torchSharp, name) is not { } path || !NativeLibrary.TryLoad(path, out var handle))
                return null;
            if (name == ProcessorLibrary)
                processorLibrary = handle;
        }
        return processorLibrary;
    }

    /// <summary>
    /// Whether a plain load might take another libtorch than the package's: scripts and notebooks know no folder of native libraries,
    /// so theirs comes from the system, and LD_LIBRARY_PATH goes before the folder in which a library lies.
    /// </summary>
    public static bool MayBeMistaken(Assembly torchSharp) =>
        Find(torchSharp, ProcessorLibrary) is { } path
        && (!ProgramFolders().Contains(Path.GetDirectoryName(path)!)
            || Split(Environment.GetEnvironmentVariable("LD_LIBRARY_PATH"))
                .Any(folder => InOrder.Any(name => File.Exists(Path.Combine(folder, name)))));

    private static bool Has(string file) => Find(typeof(TorchSharp.torch).Assembly, file) is not null;

    private static IEnumerable<string> Folders(Assembly torchSharp)
    {
        var assemblyFolder = Path.GetDirectoryName(torchSharp.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;
        string[] beside =
        [
            assemblyFolder, Path.Combine(assemblyFolder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"),
            AppContext.BaseDirectory,
        ];
        return ProgramFolders().Concat(beside).Concat(PackageFolders(torchSharp, assemblyFolder));
    }

    private static IEnumerable<string> ProgramFolders() =>
        Split(AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string).Select(Path.TrimEndingDirectorySeparator);

    // Scripts and notebooks take their assemblies from the package cache:
    // .../torchsharp/VERSION/lib/net8.0/TorchSharp.dll beside .../libtorch-cpu-linux-x64/VERSION
    private static IEnumerable<string> PackageFolders(Assembly torchSharp, string assemblyFolder)
    {
        var package = Path.GetFullPath(Path.Combine(assemblyFolder, "..", ".."));
        if (Path.GetFileName(Path.GetDirectoryName(package)) != "torchsharp")
            yield break;
        var cache = Path.GetFullPath(Path.Combine(package, "..", ".."));
        yield return Native("torchsharp", Path.GetFileName(package));

        // TorchSharp's own record of the libtorch that it was built for, with a fourth number.
        var libtorch = torchSharp.GetType("TorchSharp.torch")?.GetField(
            "libtorchPackageVersion", BindingFlags.NonPublic | BindingFlags.Static);
        if (libtorch is { IsLiteral: true } && Version.TryParse(libtorch.GetRawConstantValue() as string, out var built))
            yield return Native($"libtorch-cpu-{RuntimeInformation.RuntimeIdentifier}", built.ToString(3));

        string Native(string name, string number) =>
            Path.Combine(cache, name, number, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
    }

    private static string[] Split(string? folders) => folders?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];
}
