using System.Diagnostics;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Times passes over a folder: one that warms the file cache and the kernels, then three.</summary>
internal static class PassTimer
{
    private const int TimedPasses = 3;

    /// <param name="pass">One pass; gives how many images it saw.</param>
    /// <returns>The fields of a result.</returns>
    public static IEnumerable<(string Name, object? Value)> Run(Func<int> pass)
    {
        var (passes, files) = (new List<double>(), 0);
        for (var i = 0; i < 1 + TimedPasses; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            files = pass();
            passes.Add(Math.Round(Stopwatch.GetElapsedTime(begin).TotalSeconds, 3));
        }
        var seconds = Statistics.Median(passes[1..]);
        return
        [
            ("files", files), ("wall_s", seconds), ("first_pass_s", passes[0]),
            ("images_per_s", Math.Round(files / seconds, 2)), ("passes", passes.ToArray()),
        ];
    }
}
