using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Times the whole way from files to labels, as a pipeline over image paths goes it.</summary>
internal static class FolderBench
{
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

        var passes = PassTimer.Run(() => classifier.Transform(images).GetColumn<float[]>("Score").Count(_ => !IsCanceled())).ToList();
        var rate = (double)passes.Single(field => field.Name == "images_per_s").Value!;
        return
        [
            ("dtype", task.TypeName(classifier.PrecisionInUse)), ("workers", task.Threads), ("build_s", Math.Round(build.TotalSeconds, 3)),
            .. passes, ("gflop_per_s", task.OperationRate(rate)),
        ];

        bool IsCanceled()
        {
            task.Cancellation.ThrowIfCancellationRequested();
            return false;
        }
    }
}
