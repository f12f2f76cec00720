using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Bridge;

/// <summary>
/// Debian's libtorch multiplies matrices with OpenBLAS, whose threads are its own: after each product they spin for 26 ms in case there is
/// another one, and take a core from libtorch's threads, which is 10 to 20 % of a forward pass on two cores. The genuine package brings a
/// libtorch whose matrix products use libtorch's own threads.
/// </summary>
internal static partial class BlasThreads
{
    // The logarithm of the processor cycles to spin for; 4 is the least that OpenBLAS takes. It reads the environment when it is loaded.
    private const string Variable = "OPENBLAS_THREAD_TIMEOUT", Least = "4";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Whatever is called first, it has to come before the bridge is loaded.")]
    internal static void SpinLess()
    {
        if (OperatingSystem.IsLinux())
            _ = setenv(Variable, Least, overwrite: 0);
    }

    // Environment.SetEnvironmentVariable changes .NET's copy, which C code does not see.
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
