using System.Diagnostics;
using Microsoft.ML;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Times a new classifier on a frozen backbone: training on one folder, then a test on another.</summary>
internal static class TransferBench
{
    public static IEnumerable<(string Name, object? Value)> Run(BenchTask task, string folder, string? weights, int epochs)
    {
        var mlContext = new MLContext(seed: 0);
        var train = mlContext.Data.LoadImageFolder(Path.Combine(folder, "train"));
        var progress = new Epochs();
        var trainer = mlContext.Transforms.ImageClassifier(new ImageClassifierTrainer.Options
        {
            Backbone = task.Spec, Weights = weights, ImageColumnName = "ImagePath", FineTune = FineTuneKind.HeadOnly, CacheFeatures = true,
            Epochs = epochs, BatchSize = task.Batch, Threads = task.Threads, Precision = task.Precision, Progress = progress,
            CancellationToken = task.Cancellation,
        });
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(trainer)
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        var begin = Stopwatch.GetTimestamp();
        using var model = pipeline.Fit(train);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var test = FolderEvaluation.Of(mlContext, model, Path.Combine(folder, "test"));
        return
        [
            ("train_files", mlContext.Data.CreateEnumerable<Row>(train, reuseRowObject: true).Count()), ("test_files", test.Images),
            ("workers", task.Threads), ("epochs", epochs),
            ("wall_s", Math.Round(seconds, 3)), ("epoch_s", progress.Seconds.ToArray()), ("test_s", Math.Round(test.Seconds, 3)),
            ("test_accuracy", Math.Round(test.Accuracy, 4)), ("pretrained", weights is not null),
        ];
    }

    private sealed class Epochs : IProgress<TrainingProgress>
    {
        public List<double> Seconds { get; } = [];

        public void Report(TrainingProgress value) => Seconds.Add(Math.Round(value.Seconds, 3));
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
    }
}
