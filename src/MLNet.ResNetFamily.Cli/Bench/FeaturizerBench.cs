using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Times the way from files to features on published weights.</summary>
internal static class FeaturizerBench
{
    public static IEnumerable<(string Name, object? Value)> Run(BenchTask task, string folder, string weights)
    {
        var mlContext = new MLContext(seed: 0);
        var images = mlContext.Data.LoadImageFolder(folder);
        using var featurizer = mlContext.Transforms.ImageFeaturizer(new ImageFeaturizerEstimator.Options
        {
            Backbone = task.Spec, Weights = weights, ImageColumnName = "ImagePath",
        }).Fit(images);
        featurizer.Scoring = task.Scoring;
        return
        [
            ("dtype", task.TypeName(Precision.Float32)), ("workers", task.Threads),
            .. PassTimer.Run(() => featurizer.Transform(images).GetColumn<float[]>("Features").Count(_ => !IsCanceled())),
        ];

        bool IsCanceled()
        {
            task.Cancellation.ThrowIfCancellationRequested();
            return false;
        }
    }
}
