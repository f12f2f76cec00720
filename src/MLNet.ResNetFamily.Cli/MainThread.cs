using System.Collections.Concurrent;

namespace MLNet.ResNetFamily.Cli;

/// <summary>
/// Runs a command on the program's first thread, while others wait for Ctrl+C. On Linux the C library keeps the memory of the first thread
/// for its next tensors; what other threads free it gives back to the system in pieces of 64 MB, which costs a network up to a sixth of its
/// speed.
/// </summary>
internal static class MainThread
{
    private static readonly BlockingCollection<Action> Work = [];

    /// <summary>Has the first thread do something; the task ends with it.</summary>
    public static Task<int> Run(Func<int> work)
    {
        var outcome = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                outcome.SetResult(work());
            }
            catch (Exception error)
            {
                outcome.SetException(error);
            }
        });
        return outcome.Task;
    }

    /// <summary>Does on the first thread, which has to call this, what <paramref name="invocation"/> asks for, until it ends.</summary>
    /// <returns>The exit code.</returns>
    public static int Serve(Task<int> invocation)
    {
        invocation.ContinueWith(_ => Work.CompleteAdding(), TaskScheduler.Default);
        foreach (var work in Work.GetConsumingEnumerable())
            work();
        return invocation.GetAwaiter().GetResult();
    }
}
