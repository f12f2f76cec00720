using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily.Cli;

/// <summary>What becomes of an error where TorchSharp's native libraries cannot be loaded: the package of this tool holds none.</summary>
internal static class MissingLibtorch
{
    private static readonly Version Version = typeof(TorchSharp.torch).Assembly.GetName().Version!;

    /// <summary>Whether an error comes from that, however wrapped.</summary>
    public static bool Explains(Exception error) =>
        error is TypeInitializationException { TypeName: "TorchSharp.torch" }
        || error is DllNotFoundException && error.Message.Contains("TorchSharp", StringComparison.Ordinal)
        || error.InnerException is { } inner && Explains(inner);

    /// <summary>What to do about it.</summary>
    public static string Advice
    {
        get
        {
            var (system, variable) = OperatingSystem.IsWindows() ? ("win", "PATH") : OperatingSystem.IsMacOS() ? ("osx", "DYLD_LIBRARY_PATH") : ("linux", "LD_LIBRARY_PATH");
            var folder = $"runtimes/{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}/native";
            return $"The native libraries of TorchSharp {Version.ToString(3)} cannot be loaded. Every project that references the package TorchSharp-cpu, or a CUDA one, " +
                $"in this version has them in '{folder}' of its output: put that folder on {variable}, then run this again.";
        }
    }
}
