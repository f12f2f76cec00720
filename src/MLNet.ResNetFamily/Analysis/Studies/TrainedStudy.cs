using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace MLNet.ResNetFamily;

/// <summary>A study that trains variants of a network under one budget and compares their errors on test images.</summary>
/// <param name="TrainFolder">Images to learn from: a folder of class folders, such as CIFAR-10.</param>
/// <param name="TestFolder">Images to measure with, with the same classes.</param>
public abstract record TrainedStudy(string TrainFolder, string TestFolder) : Study
{
    private protected const string TestError = "test error", TrainError = "training error", EpochSeconds = "seconds per epoch";

    /// <summary>Epochs of each training. At least 1; null, the default, means 3, or the paper's number in a full study.</summary>
    public int? Epochs { get; init; }

    /// <summary>Training images, the same number of each class; 0 for all. Null, the default, is what the default budget allows, or all in a full study.</summary>
    public int? ImageCount { get; init; }

    /// <summary>Trainings of each variant with different seeds. At least 1; null, the default, means 1, or 5 in a full study.</summary>
    public int? DrawCount { get; init; }

    /// <summary>Where to train. <see cref="ComputeDevice.Auto"/> by default.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Auto;

    /// <inheritdoc/>
    public override string Budget
    {
        get
        {
            var images = TrainImages == 0 ? "all training images" : string.Create(CultureInfo.InvariantCulture, $"{TrainImages:N0} training images");
            return $"{NetworkInWords}, {images}, {EpochCount} epochs, {Draws} seed{(Draws == 1 ? "" : "s")} ({(IsFull ? "the paper's effort" : "reduced")})";
        }
    }

    /// <summary>The networks in words.</summary>
    private protected abstract string NetworkInWords { get; }

    /// <summary>Training images of the default budget.</summary>
    private protected abstract int ReducedImageCount { get; }

    /// <summary>Epochs of the paper.</summary>
    private protected abstract int PaperEpochs { get; }

    /// <summary>The networks to compare.</summary>
    private protected abstract IReadOnlyList<StudyVariant> Variants { get; }

    private protected override string Settings =>
        $"{NetworkInWords}, images {Path.GetFullPath(TrainFolder)} and {Path.GetFullPath(TestFolder)}, count {TrainImages}, epochs {EpochCount}, draws {Draws}";

    private protected int Draws => DrawCount ?? (IsFull ? 5 : 1);

    private int EpochCount => Epochs ?? (IsFull ? PaperEpochs : 3);

    private int TrainImages => ImageCount ?? (IsFull ? 0 : ReducedImageCount);

    private int TestImages => IsFull ? 0 : 2000;

    private protected override void Measure(StudyResults results)
    {
        foreach (var (index, variant) in Variants.Index())
        {
            for (var draw = 0; draw < Draws; draw++)
            {
                TrainingHistory? history = null;
                TrainingProgress Last() => (history ??= Train(variant.Spec, Seed + draw)).Epochs[^1];
                var error = results.Measure(TestError, variant.Label, index, draw, () => ErrorOf(() => 1 - Last().ValidationAccuracy!.Value));
                results.Measure(TrainError, variant.Label, index, draw, () => ErrorOf(() => 1 - Last().TrainAccuracy));
                // The first epoch also pays for what is made once.
                results.Measure(EpochSeconds, variant.Label, index, draw, () => history is null ? double.NaN : Statistics.Median(history.Epochs.Skip(history.Epochs.Count > 1 ? 1 : 0).Select(epoch => epoch.Seconds)));
                Progress?.Report(string.Create(CultureInfo.InvariantCulture, $"{variant.Label}, seed {Seed + draw}: test error {error:P1} ({variant.PaperText})"));
            }
        }
    }

    /// <summary>Each variant's mean error beside the paper's, in lines.</summary>
    private protected IEnumerable<string> Table(IReadOnlyList<StudyRow> rows) => Variants.Select(variant => string.Create(
        CultureInfo.InvariantCulture,
        $"  {variant.Label}: test error {MeanOf(rows, TestError, variant.Label):P1}, training error {MeanOf(rows, TrainError, variant.Label):P1}, {MeanOf(rows, EpochSeconds, variant.Label):F1} s an epoch; {variant.PaperText}"));

    private protected static double MeanOf(IReadOnlyList<StudyRow> rows, string series, string name) => rows.Where(row => row.Series == series && row.Name == name).Average(row => row.Value);

    private protected override string Summarise(IReadOnlyList<StudyRow> rows) =>
        string.Join("\n", Table(rows).Prepend($"{Budget}. {Paper}.").Append(Order(rows)));

    private protected override IReadOnlyList<StudyChart> Charts(IReadOnlyList<StudyRow> rows) =>
        [StudyChart.Bars($"{Name}-error", "Test error of each variant", "variant", "test error (%)", rows, TestError, percent: true)];

    /// <summary>The order of the variants here and in the paper.</summary>
    private string Order(IReadOnlyList<StudyRow> rows)
    {
        var here = Variants.OrderBy(variant => MeanOf(rows, TestError, variant.Label)).Select(variant => variant.Label);
        var paper = Variants.Where(variant => variant.PaperError is not null).OrderBy(variant => double.IsNaN(variant.PaperError!.Value) ? double.MaxValue : variant.PaperError).Select(variant => variant.Label);
        return $"From best to worst: {string.Join(", ", here)}. In the paper: {string.Join(", ", paper)}." +
            (IsFull ? "" : " Measured with a reduced budget: it shows how the variants start to learn, not where they end.");
    }

    private TrainingHistory Train(BackboneSpec spec, int seed)
    {
        CancellationToken.ThrowIfCancellationRequested();
        var mlContext = new MLContext(seed);
        var toKey = mlContext.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue);
        var train = mlContext.Data.LoadFromEnumerable(Rows(TrainFolder, TrainImages, seed));
        var test = mlContext.Data.LoadFromEnumerable(Rows(TestFolder, TestImages, Seed));
        var mapping = toKey.Fit(train);
        var options = Recipe with
        {
            Backbone = spec,
            ImageColumnName = nameof(LabelledPath.ImagePath),
            ValidationSet = mapping.Transform(test),
            Epochs = EpochCount,
            Seed = seed,
            Threads = Threads,
            Device = Device,
            CancellationToken = CancellationToken,
        };
        using var model = mlContext.Transforms.ImageClassifier(options).Fit(mapping.Transform(train));
        return model.History!;
    }

    // He et al. (2016), section 6 and the appendix: SGD, batches of 128, rate 0.1, weight decay 0.0001, shifted and mirrored images.
    private static ImageClassifierTrainer.Options Recipe => new()
    {
        BatchSize = 128, LearningRate = 0.1, WeightDecay = 0.0001, LabelSmoothing = 0, Augmentation = AugmentationOptions.Cifar,
    };

    private static double ErrorOf(Func<double> train)
    {
        try
        {
            return train();
        }
        catch (InvalidOperationException)
        {
            // The loss became infinite: what the papers write as "fail".
            return double.NaN;
        }
    }

    private static IEnumerable<LabelledPath> Rows(string folder, int count, int seed) =>
        LabelledFiles.Sample(folder, count, seed).Select(file => new LabelledPath { ImagePath = file.Path, Label = file.Label });

    private sealed class LabelledPath
    {
        public string ImagePath { get; init; } = "";

        public string Label { get; init; } = "";
    }
}
