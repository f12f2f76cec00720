using System.Diagnostics;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Times a step that is repeated: two for warming up, then at least five, and at least two seconds.</summary>
internal static class StepTimer
{
    private const int WarmUps = 2;
    private const int Repeats = 5;
    private const int MostRepeats = 1000;
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(2);

    /// <returns>Seconds of each step.</returns>
    public static IReadOnlyList<double> Times(Action step, CancellationToken cancellation)
    {
        for (var i = 0; i < WarmUps; i++)
            step();
        var times = new List<double>();
        var start = Stopwatch.GetTimestamp();
        while (times.Count < Repeats || (Stopwatch.GetElapsedTime(start) < LeastTime && times.Count < MostRepeats))
        {
            cancellation.ThrowIfCancellationRequested();
            var begin = Stopwatch.GetTimestamp();
            step();
            times.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        return times;
    }

    /// <returns>The fields of a result for steps of so many images each.</returns>
    public static IEnumerable<(string Name, object? Value)> Rate(int images, IReadOnlyList<double> times)
    {
        var median = Statistics.Median(times);
        return
        [
            ("images_per_s", Math.Round(images / median, 3)),
            ("median_ms", Math.Round(1000 * median, 3)),
            ("best_ms", Math.Round(1000 * times.Min(), 3)),
            ("worst_ms", Math.Round(1000 * times.Max(), 3)),
            ("repeats", times.Count),
        ];
    }
}
