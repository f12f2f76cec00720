using TorchSharp;

namespace MLNet.ResNetFamily;

/// <summary>How many processor threads libtorch uses for what the current thread computes; OpenMP keeps a number per thread.</summary>
internal static class TorchThreads
{
    private static int sharing;

    /// <summary>Sets the number until the result is disposed of, on the same thread; then it is what it was.</summary>
    /// <param name="threads">At least 1; null for one per core.</param>
    public static Setting Use(int? threads)
    {
        var before = torch.get_num_threads();
        Set(before, threads ?? Environment.ProcessorCount);
        return new(before, isSharing: false);
    }

    /// <summary>The same for one of several pieces of work that may run at once: they share the cores.</summary>
    /// <param name="threads">At least 1, and taken as it is: the same number gives the same digits. Null for a part of the cores.</param>
    public static Setting Share(int? threads)
    {
        var running = Interlocked.Increment(ref sharing);
        var before = torch.get_num_threads();
        Set(before, threads ?? Part(Environment.ProcessorCount, running));
        return new(before, isSharing: true);
    }

    /// <summary>The threads of one of several pieces of work.</summary>
    /// <param name="cores">All there are.</param>
    /// <param name="running">Pieces that run at the same time, this one included.</param>
    internal static int Part(int cores, int running) => Math.Max(1, cores / running);

    private static void Set(int before, int threads)
    {
        if (threads != before)
            torch.set_num_threads(threads);
    }

    /// <summary>A number of threads for a while.</summary>
    internal readonly struct Setting(int before, bool isSharing) : IDisposable
    {
        public void Dispose()
        {
            Set(torch.get_num_threads(), before);
            if (isSharing)
                Interlocked.Decrement(ref sharing);
        }
    }
}
