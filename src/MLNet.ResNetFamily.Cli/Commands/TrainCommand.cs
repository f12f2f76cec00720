using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily train FOLDER --model NAME --out FILE</c>: from labeled images to a model file.</summary>
internal static partial class TrainCommand
{
    private const int DefaultSeed = 1;

    public static Command Create() =>
        new Command("train", "Trains a classifier on a folder of labeled images and writes it to a file.")
        {
            Folder, MultiLabel, LabelSeparator, Model, Out, Validation, ValidationFraction, Test, Epochs, BatchSize, LearningRate,
            Optimizer, Schedule, WeightDecay, Recipe, Loss, LabelSmoothing, ClassBalance, Average, Patience, Weights, FineTune,
            LayerDecay, FreezeBatchNorm, ClipGradients, Teacher, DistillationTemperature, DistillationWeight, CheckpointDirectory,
            CheckpointMinutes, Resume, FeatureCache, LogDirectory,
            AugmentationArguments.Kind, AugmentationArguments.Flip, AugmentationArguments.MixUp, AugmentationArguments.CutMix,
            AugmentationArguments.Repeats, ImageSize, Exif, Gray, MemoryEfficient, StochasticDepth, Precision, Device, Threads, Seed,
            Distributed, SyncBatchNorm, ScaleLearningRate, ReportFolder,
        }.Runs(Run);

    private static int Run(ParseResult commandLine, Results results, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        CheckTogether(commandLine);
        var outPath = Path.GetFullPath(commandLine.GetRequiredValue(Out));
        var distributed = commandLine.DistributedOf(Distributed);
        // The first of several processes alone writes.
        var isFirst = distributed?.IsFirst ?? true;
        if (isFirst)
            CheckOutputs(commandLine, outPath);
        var mlContext = new MLContext(commandLine.GetValue(Seed) ?? DefaultSeed);
        var (train, validation) = Data(commandLine, mlContext);
        if (commandLine.GetValue(Test) is { } test)
        {
            if (SeparatorOf(commandLine) is { } separator)
            {
                ManifestEvaluation.Open(
                    mlContext, test, separator, train.GetColumn<string[]>("Label").SelectMany(labels => labels));
            }
            else
            {
                FolderEvaluation.Open(mlContext, test, train.GetColumn<string>("Label"));
            }
        }
        using var progress = new EpochLog(results);
        var options = Options(commandLine, validation, progress, cancellation) with { Distributed = distributed };

        using var model = mlContext.Transforms.ImageClassifier(options).Fit(train);
        progress.Dispose();
        if (!isFirst)
            return ExitCode.Done;
        ModelFile.Save(mlContext, model, train.Schema, outPath);
        foreach (var image in model.History!.BadImages)
            Results.Note($"'{image.Origin}' skipped: {image.Reason}");
        try
        {
            Measure(commandLine, mlContext, model, options, train, validation, results, watch, cancellation);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException($"The model is written to '{outPath}', but it could not be measured: {error.Text()}", error);
        }
        if (!cancellation.IsCancellationRequested)
            return ExitCode.Done;
        Results.Note("Stopped early: the model holds what was learned until then.");
        return ExitCode.Failed;
    }

    private static void Measure(
        ParseResult commandLine, MLContext mlContext, ImageClassifierTransformer model, ImageClassifierTrainer.Options options,
        IDataView train, IDataView? validation, Results results, Stopwatch watch, CancellationToken cancellation)
    {
        var (history, outPath) = (model.History!, Path.GetFullPath(commandLine.GetRequiredValue(Out)));
        if (SeparatorOf(commandLine) is { } separator)
        {
            var labels = MeasureLabels(commandLine, mlContext, model, separator, results, watch, cancellation);
            if (commandLine.GetValue(ReportFolder) is { } labelFolder)
                Results.Note($"Report: {TrainingReport.Write(model, options, train, validation, labels, labelFolder)}");
            return;
        }
        var test = commandLine.GetValue(Test) is { } folder
            ? Measured(results, cancellation, show => FolderEvaluation.Of(mlContext, model, folder, show))
            : null;
        var accuracy = test?.Accuracy ?? history.Epochs.SingleOrDefault(epoch => epoch.Epoch == history.ModelEpoch)?.ValidationAccuracy;
        results.Json(new
        {
            Event = "done", Accuracy = accuracy, Top5 = test?.TopFiveAccuracy, test?.Images, Seconds = watch.Elapsed.TotalSeconds,
            Model = outPath,
        });
        results.Text($"{(accuracy is null ? "" : $"accuracy {accuracy:P2}, ")}{watch.Elapsed.TotalSeconds:F0} s, written to {outPath}");
        if (commandLine.GetValue(ReportFolder) is { } reportFolder)
            Results.Note($"Report: {TrainingReport.Write(model, options, train, validation, test, reportFolder)}");
    }

    // On the test images, else on the validation images as the training measured them.
    private static ManifestEvaluation? MeasureLabels(
        ParseResult commandLine, MLContext mlContext, ImageClassifierTransformer model, char separator, Results results, Stopwatch watch,
        CancellationToken cancellation)
    {
        var outPath = Path.GetFullPath(commandLine.GetRequiredValue(Out));
        var test = commandLine.GetValue(Test) is { } manifest
            ? Measured(results, cancellation, show => ManifestEvaluation.Of(mlContext, model, manifest, separator, show))
            : null;
        var precision = test?.Metrics.MacroAveragePrecision
            ?? model.History!.Epochs.SingleOrDefault(epoch => epoch.Epoch == model.History.ModelEpoch)?.ValidationMeanAveragePrecision;
        results.Json(new
        {
            Event = "done", MeanAveragePrecision = precision, test?.Metrics.MicroF1, test?.Metrics.MacroF1,
            Images = test?.Metrics.ImageCount, Seconds = watch.Elapsed.TotalSeconds, Model = outPath,
        });
        var figures = test?.Summary ?? (precision is null ? null : $"mean average precision {precision:F4}");
        results.Text($"{(figures is null ? "" : $"{figures}, ")}{watch.Elapsed.TotalSeconds:F0} s, written to {outPath}");
        return test;
    }

    private static void CheckOutputs(ParseResult commandLine, string outPath)
    {
        OutputPlace.CheckFile(outPath, Out.Name);
        foreach (var option in new[] { ReportFolder, LogDirectory, CheckpointDirectory, FeatureCache })
            OutputPlace.CheckFolder(commandLine.GetValue(option), option.Name);
    }

    private static (IDataView Train, IDataView? Validation) Data(ParseResult commandLine, MLContext mlContext)
    {
        var train = Open(commandLine.GetRequiredValue(Folder));
        if (commandLine.GetValue(ValidationFraction) is { } fraction)
            return mlContext.Data.StratifiedSplit(train, fraction, seed: commandLine.GetValue(Seed) ?? DefaultSeed);
        return (train, commandLine.GetValue(Validation) is { } path ? Open(path) : null);

        IDataView Open(string path) => SeparatorOf(commandLine) is { } separator
            ? mlContext.Data.LoadImageManifest(path, separator)
            : mlContext.Data.LoadImageFolder(path);
    }

    private static char? SeparatorOf(ParseResult commandLine) =>
        commandLine.GetValue(MultiLabel) ? commandLine.SeparatorOf(LabelSeparator) : null;

    // The model is written by then, so an interruption costs these figures alone.
    private static T? Measured<T>(Results results, CancellationToken cancellation, Func<Action<long, long>, T> measure) where T : class
    {
        using var bar = new ScoringBar(results, cancellation);
        try
        {
            return measure(bar.Show);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
