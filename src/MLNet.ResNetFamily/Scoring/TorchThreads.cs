using TorchSharp;

namespace MLNet.ResNetFamily;

/// <summary>How many processor threads libtorch uses.</summary>
internal static class TorchThreads
{
    // OpenMP keeps the number per calling thread, and Debian's libtorch starts with one, so each thread that computes sets it.
    [ThreadStatic]
    private static int _current;

    /// <summary>Sets the number for what the current thread computes from now on.</summary>
    /// <param name="threads">At least 1; null for one per core.</param>
    public static void Use(int? threads)
    {
        var wanted = threads ?? Environment.ProcessorCount;
        if (wanted == _current)
            return;
        torch.set_num_threads(wanted);
        _current = wanted;
    }
}
