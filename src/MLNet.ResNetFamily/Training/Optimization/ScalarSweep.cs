using System.Diagnostics;

namespace MLNet.ResNetFamily;

/// <summary>
/// Has the numbers freed that TorchSharp's optimizers leave behind. Each multiplication of a step makes one in native memory (a Scalar),
/// which waits for the garbage collector, and a training makes so little managed memory that this hardly ever runs. They lie between the
/// tensors in the C library's heap and keep what is freed there apart: the heap grew by a set of weights with every step (TorchSharp
/// 0.107; 42 MB a step for <c>resnet18</c> with AdamW).
/// </summary>
internal sealed class ScalarSweep
{
    // A collection of the youngest objects takes about a millisecond.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // TorchSharp hands over a number's memory and forgets the number: a collection that another thread begins may free it before it is
    // read. Steps of trainings that run at once wait for each other, therefore, and for the collection and what it frees.
    private static readonly Lock Gate = new();

    private long _last = Stopwatch.GetTimestamp();

    /// <summary>Makes an optimizer's step, and frees its numbers when it is time.</summary>
    public void Run(Action step)
    {
        lock (Gate)
        {
            step();
            if (Stopwatch.GetElapsedTime(_last) < Interval)
                return;
            GC.Collect(generation: 0, GCCollectionMode.Forced, blocking: true);
            GC.WaitForPendingFinalizers();
            _last = Stopwatch.GetTimestamp();
        }
    }
}
