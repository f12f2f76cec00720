using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>
/// While one of these lives, the C library keeps memory that is freed instead of giving it back to the operating system. A training step
/// frees and asks for the same gigabytes as the one before; having the system clear them anew took about a fifth of its time. Does
/// something with glibc (Linux) alone. May be used by many threads at once.
/// </summary>
internal sealed partial class MallocTuning : IDisposable
{
    // Numbers from glibc's malloc.h, and its defaults.
    private const int TrimThreshold = -1;
    private const int MmapMax = -4;
    private const int Never = -1;
    private const int DefaultTrimThreshold = 128 * 1024;
    private const int DefaultMmapMax = 65536;

    private static readonly Lock Gate = new();
    private static int users;
    private static bool isMissing = !OperatingSystem.IsLinux();
    private bool _isDisposed;

    public MallocTuning()
    {
        lock (Gate)
        {
            if (++users == 1)
                Set(mmapMax: 0, trimThreshold: Never);
        }
    }

    /// <summary>A model that was never disposed of does not change the rest of the process.</summary>
    ~MallocTuning() => Release();

    /// <summary>Gives back what is free, unless others of these live.</summary>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        lock (Gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            if (--users > 0 || isMissing)
                return;
            Set(DefaultMmapMax, DefaultTrimThreshold);
            FreedMemory.GiveBack();
        }
    }

    private static void Set(int mmapMax, int trimThreshold)
    {
        if (isMissing)
            return;
        try
        {
            _ = mallopt(MmapMax, mmapMax);
            _ = mallopt(TrimThreshold, trimThreshold);
        }
        catch (Exception error) when (error is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library, musl for instance: it does without.
            isMissing = true;
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int mallopt(int parameter, int value);
}
