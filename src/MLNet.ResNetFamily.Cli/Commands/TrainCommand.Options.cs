using System.CommandLine;
using Microsoft.ML;
using static MLNet.ResNetFamily.Cli.ChoiceOption;

namespace MLNet.ResNetFamily.Cli;

// What the command line says, and what it becomes.
internal static partial class TrainCommand
{
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
    private static readonly Option<bool?> FreezeBatchNorm = new("--freeze-batch-norm")
    {
        Description = "Whether batch normalization keeps the statistics that came with the weights (default: with --fine-tune gradual).",
    };
    private static readonly Option<double?> ClipGradients = new("--clip-grad")
    {
        Description = "Largest norm of all gradients together; longer ones are shortened to it, for example 1 (default: never).",
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
            GradientClipNorm = commandLine.GetValue(ClipGradients) ?? defaults.GradientClipNorm,
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
            FreezeBatchNorm = commandLine.GetValue(FreezeBatchNorm),
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
