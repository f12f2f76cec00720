using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Times the whole way from files to labels, as a pipeline over image paths goes it.</summary>
internal static class FolderBench
{
    private const int TimedPasses = 3;

    public static IEnumerable<(string Name, object? Value)> Run(BenchTask task, string folder)
    {
        var start = Stopwatch.GetTimestamp();
        var mlContext = new MLContext(seed: 0);
        var images = mlContext.Data.LoadImageFolder(folder);
        var names = Enumerable.Range(0, BenchTask.ClassCount).Select(number => $"class {number}").ToArray();
        using var original = ImageClassifierTransformer.FromNetwork(
            mlContext, new(task.Spec, BenchTask.ClassCount), names, task.Spec.Preprocessing, "ImagePath");
        using var quantized = task.IsQuantized ? original.Quantize(images, new() { ImageCount = 64 }) : null;
        var classifier = quantized ?? original;
        classifier.Scoring = task.Scoring;
        var build = Stopwatch.GetElapsedTime(start);

        // The first pass warms the file cache and the kernels.
        var passes = new List<double>();
        var files = 0;
        for (var pass = 0; pass < 1 + TimedPasses; pass++)
        {
            var begin = Stopwatch.GetTimestamp();
            files = 0;
            foreach (var scores in classifier.Transform(images).GetColumn<float[]>("Score"))
            {
                task.Cancellation.ThrowIfCancellationRequested();
                files++;
            }
            passes.Add(Math.Round(Stopwatch.GetElapsedTime(begin).TotalSeconds, 3));
        }
        var seconds = Statistics.Median(passes[1..]);
        return
        [
            ("dtype", task.TypeName(classifier.PrecisionInUse)), ("files", files), ("workers", task.Threads), ("wall_s", seconds),
            ("first_pass_s", passes[0]), ("build_s", Math.Round(build.TotalSeconds, 3)),
            ("images_per_s", Math.Round(files / seconds, 2)), ("passes", passes.ToArray()),
            ("gflop_per_s", task.OperationRate(files / seconds)),
        ];
    }
}
