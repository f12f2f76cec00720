using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using static MLNet.ResNetFamily.Cli.ChoiceOption;

namespace MLNet.ResNetFamily.Cli;

/// <summary><c>resnetfamily train FOLDER --model NAME --out FILE</c>: from labeled images to a model file.</summary>
internal static class TrainCommand
{
    private const int DefaultSeed = 1;

    private static readonly Argument<string> Folder = new("FOLDER")
    {
        Description = "Training images in one sub-folder a class; with --multi-label a manifest, as the other sets of images are then.",
    };
    private static readonly Option<bool> MultiLabel = new("--multi-label")
    {
        Description = "An image may show several classes: FOLDER is a text file with the columns ImagePath and Label.",
    };
    private static readonly Option<string?> LabelSeparator = LabelSeparatorOption.Create();
    private static readonly Option<string> Model =
        new("--model") { Description = "Backbone, as 'resnetfamily list' names it.", Required = true };
    private static readonly Option<string> Out = new("--out") { Description = "Where the model file is written.", Required = true };
    private static readonly Option<string?> Validation = new("--validation") { Description = "Folder of images that measure each epoch." };
    private static readonly Option<double?> ValidationFraction = new("--validation-fraction")
    {
        Description = "Part of FOLDER, above 0 and below 1, that measures each epoch instead of training; the same of every class.",
    };
    private static readonly Option<string?> Test = new("--test") { Description = "Folder of images that measure the finished model." };
    private static readonly Option<int?> Epochs = new("--epochs") { Description = "How often every image is seen." };
    private static readonly Option<int?> BatchSize = new("--batch-size") { Description = "Images per optimization step." };
    private static readonly Option<double?> LearningRate = new("--learning-rate") { Description = "Highest step size of the optimizer." };
    private static readonly Option<string?> Optimizer = OneOf(
        "--optimizer", "How a gradient becomes a step (default: sgd; with --multi-label adamw).", "sgd", "adamw", "rmsprop", "lamb");
    private static readonly Option<string?> Schedule =
        OneOf("--schedule", "How the learning rate moves.", "cosine", "step", "multistep", "exponential", "onecycle", "constant");
    private static readonly Option<double?> WeightDecay = new("--weight-decay") { Description = "Weight decay (L2)." };
    private static readonly Option<string?> Loss = OneOf(
        "--loss", "How answers are judged: cross entropy of all classes (ce), or binary cross entropy of each (bce).", "ce", "bce");
    private static readonly Option<double?> LabelSmoothing =
        new("--label-smoothing") { Description = "Part of the target probability that is spread over all classes." };
    private static readonly Option<string?> ClassBalance =
        OneOf("--class-balance", "What makes up for classes of few images.", "none", "weights", "sampling");
    private static readonly Option<double?> Average =
        new("--average") { Description = "Decay of a running average of the weights, which is validated and saved, for example 0.999." };
    private static readonly Option<int?> Patience =
        new("--patience") { Description = "Epochs without better validation accuracy after which training ends; the best epoch is kept." };
    private static readonly Option<string?> Weights = new("--weights")
    {
        Description = "Where to start: none, imagenet, mlnet, a published name, a weight file or a model file (default: none).",
    };
    private static readonly Option<string?> FineTune = OneOf(
        "--fine-tune", "Which weights learn: all, only the classifier, or first the one and then the other.", "all", "head", "gradual");
    private static readonly Option<double?> LayerDecay = new("--layer-decay")
    {
        Description = "Learning rate of each layer as a part of that of the layer behind it, for example 0.75 (default: all alike).",
    };
    private static readonly Option<string?> Teacher =
        new("--teacher") { Description = "Model file whose probabilities are learned from besides the labels (distillation)." };
    private static readonly Option<double?> DistillationTemperature =
        new("--distillation-temperature") { Description = "How soft these probabilities are (default: 4)." };
    private static readonly Option<double?> DistillationWeight =
        new("--distillation-weight") { Description = "How much the teacher counts, above 0 and at most 1 (default: 0.9)." };
    private static readonly Option<string?> CheckpointDirectory =
        new("--checkpoint-dir") { Description = "Folder where the state of the training is kept." };
    private static readonly Option<double?> CheckpointMinutes = new("--checkpoint-minutes")
    {
        Description = "Minutes between checkpoints within an epoch; 0 for one after every step (default: 10).",
    };
    private static readonly Option<bool> Resume =
        new("--resume") { Description = "Go on from the newest checkpoint in --checkpoint-dir, if there is one." };
    private static readonly Option<string?> FeatureCache =
        new("--feature-cache") { Description = "Folder that keeps what a frozen backbone makes of the images, for the next training." };
    private static readonly Option<string?> Recipe = OneOf(
        "--recipe", "Procedure of \"ResNet strikes back\" that the defaults of these options come from (default: none).", "a1", "a2", "a3");
    private static readonly Option<string?> LogDirectory =
        new("--log-dir") { Description = "Folder for metrics.csv and for TensorBoard's event files." };
    private static readonly Option<int?> ImageSize =
        new("--image-size") { Description = "Side of the network's input in pixels (default: the backbone's own)." };
    private static readonly Option<bool> Exif =
        new("--exif") { Description = "Set photographs upright as their EXIF orientation says; the model then does so too." };
    private static readonly Option<bool> Gray =
        new("--gray") { Description = "Train a network of one channel on gray images; weights of colors are adapted to it." };
    private static readonly Option<bool> MemoryEfficient =
        new("--memory-efficient") { Description = "DenseNets only: compute parts twice instead of keeping them." };
    private static readonly Option<double?> StochasticDepth = new("--stochastic-depth")
    {
        Description = "Probability of leaving out the last residual branch while training, earlier ones less; 0.2 for instance.",
    };
    private static readonly Option<string?> Precision = PrecisionOption.Create();
    private static readonly Option<string?> Device = new("--device") { Description = "auto, cpu, cuda or cuda:N (default: auto)." };
    private static readonly Option<int?> Threads = new("--threads") { Description = "Processor threads (default: one per core)." };
    private static readonly Option<int?> Seed =
        new("--seed") { Description = "Random seed; the same seed gives the same model (default: 1)." };

    private static readonly Option<string?> Distributed = DistributedOption.Create();
    private static readonly Option<bool> SyncBatchNorm =
        new("--sync-batch-norm") { Description = "Batch normalization learns from the images of all processes together." };
    private static readonly Option<bool> ScaleLearningRate =
        new("--scale-learning-rate") { Description = "Multiply the learning rate by the number of processes, reached in the warm-up." };
    private static readonly Option<string?> ReportFolder = ReportOption.Create();

    public static Command Create() =>
        new Command("train", "Trains a classifier on a folder of labeled images and writes it to a file.")
        {
            Folder, MultiLabel, LabelSeparator, Model, Out, Validation, ValidationFraction, Test, Epochs, BatchSize, LearningRate,
            Optimizer, Schedule, WeightDecay, Recipe, Loss, LabelSmoothing, ClassBalance, Average, Patience, Weights, FineTune,
            LayerDecay, Teacher, DistillationTemperature, DistillationWeight, CheckpointDirectory,
            CheckpointMinutes, Resume, FeatureCache, LogDirectory,
            AugmentationArguments.Kind, AugmentationArguments.MixUp, AugmentationArguments.CutMix, AugmentationArguments.Repeats,
            ImageSize, Exif, Gray, MemoryEfficient, StochasticDepth, Precision, Device, Threads, Seed,
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

    private static void CheckTogether(ParseResult commandLine)
    {
        if (commandLine.GetValue(ValidationFraction) is { } fraction)
        {
            if (commandLine.GetValue(Validation) is not null)
                throw new CommandLineException("Options '--validation' and '--validation-fraction' exclude each other. Give one of them.");
            if (fraction is not (> 0 and < 1))
                throw new CommandLineException($"Option '--validation-fraction' is {fraction}, but it must be above 0 and below 1.");
        }
        if (commandLine.GetValue(LabelSeparator) is not null && !commandLine.GetValue(MultiLabel))
            throw new CommandLineException("Option '--label-separator' needs '--multi-label'. Give both, or leave it out.");
        if (commandLine.GetValue(CheckpointDirectory) is null
            && (commandLine.GetValue(Resume) || commandLine.GetValue(CheckpointMinutes) is not null))
        {
            throw new CommandLineException(
                "Options '--resume' and '--checkpoint-minutes' need '--checkpoint-dir'. Name the folder of the checkpoints.");
        }
        if (commandLine.GetValue(Teacher) is null
            && (commandLine.GetValue(DistillationTemperature) ?? commandLine.GetValue(DistillationWeight)) is not null)
        {
            throw new CommandLineException(
                "Options '--distillation-temperature' and '--distillation-weight' need '--teacher'. Name the model to learn from.");
        }
        if (commandLine.GetValue(Teacher) is not null && commandLine.GetValue(FeatureCache) is not null)
        {
            throw new CommandLineException(
                "Options '--teacher' and '--feature-cache' exclude each other: cached features show a teacher no images. Leave one out.");
        }
        if (commandLine.GetValue(CheckpointMinutes) < 0)
        {
            throw new CommandLineException(
                $"Option '--checkpoint-minutes' is {commandLine.GetValue(CheckpointMinutes)}, but it must be at least 0.");
        }
    }

    private static ImageClassifierTrainer.Options Options(
        ParseResult commandLine, IDataView? validation, EpochLog progress, CancellationToken cancellation)
    {
        var (backbone, batchSize) = (Backbone(commandLine), commandLine.GetValue(BatchSize));
        var defaults = commandLine.GetValue(Recipe) is { } recipe
            ? TrainingRecipes.StrikesBack(
                Enum.Parse<StrikesBackProcedure>(recipe, ignoreCase: true), backbone,
                Math.Max(1, batchSize ?? new TrainingOptions().BatchSize))
            : new() { Backbone = backbone };
        if (commandLine.GetValue(MultiLabel))
        {
            defaults = defaults with
            {
                MultiLabel = true,
                Optimizer = commandLine.GetValue(Recipe) is null ? OptimizerKind.AdamW : defaults.Optimizer,
                BestMetric = TrainingMetric.ValidationMeanAveragePrecision,
            };
        }
        return defaults with
        {
            ImageColumnName = "ImagePath",
            ValidationSet = validation,
            Weights = commandLine.GetValue(Weights) is "none" or null ? null : commandLine.GetValue(Weights),
            FineTune = commandLine.GetValue(FineTune) == "head"
                ? FineTuneKind.HeadOnly
                : Parsed(commandLine.GetValue(FineTune), defaults.FineTune),
            LayerDecay = commandLine.GetValue(LayerDecay),
            Teacher = commandLine.GetValue(Teacher),
            DistillationTemperature = commandLine.GetValue(DistillationTemperature) ?? defaults.DistillationTemperature,
            DistillationWeight = commandLine.GetValue(DistillationWeight) ?? defaults.DistillationWeight,
            CacheFeatures = commandLine.GetValue(Teacher) is null,
            Epochs = commandLine.GetValue(Epochs) ?? defaults.Epochs,
            BatchSize = batchSize ?? defaults.BatchSize,
            LearningRate = commandLine.GetValue(LearningRate) ?? defaults.LearningRate,
            Optimizer = Parsed(commandLine.GetValue(Optimizer), defaults.Optimizer),
            Schedule = Parsed(commandLine.GetValue(Schedule), defaults.Schedule),
            FeatureCacheDirectory = commandLine.GetValue(FeatureCache),
            Augmentation = AugmentationArguments.Of(commandLine, defaults.Augmentation),
            Loss = commandLine.GetValue(Loss) switch
            {
                "bce" => LossKind.BinaryCrossEntropy,
                "ce" => LossKind.CrossEntropy,
                _ => defaults.Loss,
            },
            LogDirectory = commandLine.GetValue(LogDirectory),
            WeightDecay = commandLine.GetValue(WeightDecay) ?? defaults.WeightDecay,
            LabelSmoothing = commandLine.GetValue(LabelSmoothing) ?? defaults.LabelSmoothing,
            ClassBalance = Parsed(commandLine.GetValue(ClassBalance), defaults.ClassBalance),
            EmaDecay = commandLine.GetValue(Average),
            Patience = commandLine.GetValue(Patience),
            CheckpointDirectory = commandLine.GetValue(CheckpointDirectory),
            CheckpointInterval = commandLine.GetValue(CheckpointMinutes) is { } minutes
                ? TimeSpan.FromMinutes(minutes)
                : defaults.CheckpointInterval,
            Resume = commandLine.GetValue(Resume),
            ImageSize = commandLine.GetValue(ImageSize) ?? defaults.ImageSize,
            AppliesExifOrientation = commandLine.GetValue(Exif) ? true : null,
            Precision = commandLine.PrecisionOf(Precision),
            Device = DeviceArgument.Parse(commandLine.GetValue(Device)),
            Threads = commandLine.GetValue(Threads),
            Seed = commandLine.GetValue(Seed),
            Progress = progress,
            StepProgress = progress,
            SyncBatchNorm = commandLine.GetValue(SyncBatchNorm),
            ScaleLearningRate = commandLine.GetValue(ScaleLearningRate),
            CancellationToken = cancellation,
        };
    }

    private static BackboneSpec Backbone(ParseResult commandLine)
    {
        var spec = BackboneArgument.Named(commandLine.GetRequiredValue(Model));
        if (commandLine.GetValue(Gray))
            spec = spec with { InputChannels = 1 };
        if (commandLine.GetValue(MemoryEfficient))
            spec = BackboneVariant.MemoryEfficient(spec);
        return commandLine.GetValue(StochasticDepth) is { } probability ? BackboneVariant.WithStochasticDepth(spec, probability) : spec;
    }

    private static T Parsed<T>(string? name, T otherwise) where T : struct, Enum =>
        name is null ? otherwise : Enum.Parse<T>(name, ignoreCase: true);
}
