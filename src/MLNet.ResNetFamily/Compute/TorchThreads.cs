using TorchSharp;

namespace MLNet.ResNetFamily;

/// <summary>How many processor threads libtorch uses.</summary>
internal static class TorchThreads
{
    // OpenMP keeps the number per calling thread, and Debian's libtorch starts with one, so each thread that computes sets it.
    [ThreadStatic]
    private static int _current;

    private static int sharing;

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

    /// <summary>
    /// Sets the number for one piece of work of the current thread, which ends when the result is disposed of. Pieces that run at the same
    /// time share the cores, instead of each taking all of them.
    /// </summary>
    /// <param name="threads">At least 1, and taken as it is: the same number gives the same digits. Null for a part of the cores.</param>
    public static Share Enter(int? threads)
    {
        var running = Interlocked.Increment(ref sharing);
        Use(threads ?? Part(Environment.ProcessorCount, running));
        return default;
    }

    /// <summary>The threads of one of several pieces of work.</summary>
    /// <param name="cores">All there are.</param>
    /// <param name="running">Pieces that run at the same time, this one included.</param>
    internal static int Part(int cores, int running) => Math.Max(1, cores / running);

    /// <summary>One piece of work that shares the cores.</summary>
    internal readonly struct Share : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref sharing);
    }
}
