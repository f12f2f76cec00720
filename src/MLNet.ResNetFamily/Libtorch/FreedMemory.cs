using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

// The C library keeps freed tensors below 32 MB in its heap, and a tensor that is larger than each hole there extends the heap.
internal static partial class FreedMemory
{
    private static bool isMissing = !OperatingSystem.IsLinux();

    /// <summary>Gives the pages of all holes back to the operating system. Does something with glibc (Linux) alone.</summary>
    internal static void GiveBack()
    {
        if (isMissing)
            return;
        try
        {
            _ = malloc_trim(0);
        }
        catch (Exception error) when (error is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, musl for instance: it does without.
            isMissing = true;
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int malloc_trim(nuint padding);
}
