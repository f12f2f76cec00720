using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>
/// What the C library keeps of freed memory: freed tensors below 32 MB stay in its heap, and a tensor that is larger than each hole there
/// extends the heap.
/// </summary>
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
