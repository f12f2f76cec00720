using System.Diagnostics;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Times the sum of a network's gradients over the processes that a launcher started.</summary>
internal static class AllReduceBench
{
    // All processes repeat it equally often, as each sum waits for all.
    private const int WarmUps = 3;
    private const int Repeats = 20;

    public static IEnumerable<(string Name, object? Value)> Run(BenchTask task)
    {
        var transport = DistributedTraining.FromEnvironment().Transport;
        var count = NetworkSummary.Of(task.Spec, task.Spec.Preprocessing.ImageSize, BenchTask.ClassCount).Parameters;
        using var values = zeros(count);
        var times = new List<double>();
        for (var repeat = -WarmUps; repeat < Repeats; repeat++)
        {
            task.Cancellation.ThrowIfCancellationRequested();
            transport.Barrier();
            var begin = Stopwatch.GetTimestamp();
            GradientSum.AllReduce(transport, values);
            if (repeat >= 0)
                times.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        return
        [
            ("processes", transport.Size), ("rank", transport.Rank), ("transport", transport.Name), ("floats", count),
            ("median_ms", Math.Round(1000 * Statistics.Median(times), 3)), ("repeats", Repeats),
        ];
    }
}
