using System.Globalization;
using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>A study that trains variants of a network under one budget and compares their errors on test images.</summary>
/// <param name="TrainFolder">Images to learn from: a folder of class folders, such as CIFAR-10.</param>
/// <param name="TestFolder">Images to measure with, with the same classes.</param>
public abstract record TrainedStudy(string TrainFolder, string TestFolder) : Study
{
    private protected const string TestError = "test error", TrainError = "training error", EpochSeconds = "seconds per epoch";

    /// <summary>
    /// Epochs of each training. At least 1; null, the default, means what the default budget allows, or the paper's number in a full study.
    /// </summary>
    public int? Epochs { get; init; }

    /// <summary>
    /// Training images, the same number of each class; 0 for all. Null, the default, is what the default budget allows, or all in a full
    /// study.
    /// </summary>
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
            var images = TrainImages == 0
                ? "all training images"
                : string.Create(CultureInfo.InvariantCulture, $"at most {TrainImages:N0} training images");
            var tested = TestImages == 0
                ? "all test images"
                : string.Create(CultureInfo.InvariantCulture, $"at most {TestImages:N0} test images");
            return $"{NetworkInWords}, {images}, {EpochCount} epoch{(EpochCount == 1 ? "" : "s")}, {Draws} " +
                $"seed{(Draws == 1 ? "" : "s")}, {tested} ({(IsFull ? "the paper's effort" : "reduced")})";
        }
    }

    /// <summary>The networks in words.</summary>
    private protected abstract string NetworkInWords { get; }

    /// <summary>Training images and epochs of the default budget.</summary>
    private protected abstract (int Images, int Epochs) Reduced { get; }

    /// <summary>Epochs of the paper.</summary>
    private protected abstract int PaperEpochs { get; }

    /// <summary>Weight decay in the paper.</summary>
    private protected virtual double PaperWeightDecay => 0.0001;

    /// <summary>The networks to compare.</summary>
    private protected abstract IReadOnlyList<StudyVariant> Variants { get; }

    private protected override string Settings =>
        $"{NetworkInWords}, images {Path.GetFullPath(TrainFolder)} and {Path.GetFullPath(TestFolder)}, count {TrainImages}, " +
        $"epochs {EpochCount}, draws {Draws}";

    private protected int Draws => DrawCount ?? (IsFull ? 5 : 1);

    private int EpochCount => Epochs ?? (IsFull ? PaperEpochs : Reduced.Epochs);

    private int TrainImages => ImageCount ?? (IsFull ? 0 : Reduced.Images);

    private int TestImages => IsFull ? 0 : 2000;

    private protected override void Measure(StudyResults results)
    {
        // Variants in turn for each seed: what slows the machine down for a while hits all of them.
        for (var draw = 0; draw < Draws; draw++)
        {
            foreach (var (index, variant) in Variants.Index())
            {
                var outcome = new Lazy<Outcome>(() => Train(variant.Spec, Seed + draw));
                var error = results.Measure(TestError, variant.Label, index, draw, () => outcome.Value.TestError);
                results.Measure(TrainError, variant.Label, index, draw, () => outcome.Value.TrainError);
                var seconds = results.Measure(EpochSeconds, variant.Label, index, draw, () => outcome.Value.EpochSeconds);
                Progress?.Report(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{variant.Label}, seed {Seed + draw}: test error {Percent(error)}, {seconds:F1} s an epoch ({variant.PaperText})"));
            }
        }
    }

    /// <summary>Each variant's mean error beside the paper's, in lines.</summary>
    private protected IEnumerable<string> Table(IReadOnlyList<StudyRow> rows) => Variants.Select(variant => string.Create(
        CultureInfo.InvariantCulture,
        $"  {variant.Label}: test error {Percent(MeanOf(rows, TestError, variant.Label))}, training error " +
        $"{Percent(MeanOf(rows, TrainError, variant.Label))}, {MeanOf(rows, EpochSeconds, variant.Label):F1} s an " +
        $"epoch; {variant.PaperText}"));

    private protected static double MeanOf(IReadOnlyList<StudyRow> rows, string series, string name) =>
        rows.Where(row => row.Series == series && row.Name == name).Average(row => row.Value);

    private protected override string Summarise(IReadOnlyList<StudyRow> rows) =>
        string.Join("\n", Table(rows).Prepend($"Budget: {Budget}. {Paper}.").Append(Order(rows)));

    private protected override IReadOnlyList<StudyChart> Charts(IReadOnlyList<StudyRow> rows) =>
        [StudyChart.Bars($"{Name}-error", "Test error of each variant", "variant", "test error (%)", rows, TestError, percent: true)];

    /// <summary>The order of the variants here and in the paper, and how much of it may be chance.</summary>
    private string Order(IReadOnlyList<StudyRow> rows)
    {
        var errors = Variants.Select(variant => (variant.Label, Error: MeanOf(rows, TestError, variant.Label))).ToList();
        var here = string.Join("; ", errors.OrderBy(entry => FailuresLast(entry.Error)).Select(entry => entry.Label));
        var paper = string.Join(
            "; ", Variants.Where(variant => variant.PaperError is not null).OrderBy(variant => FailuresLast(variant.PaperError!.Value))
                .Select(variant => variant.Label));
        var order = $"From best to worst: {here}. In the paper: {paper}.";
        if (IsFull)
            return order;
        // Two standard deviations of the difference of two shares of the same number of test images.
        var learned = errors.Where(entry => double.IsFinite(entry.Error)).Select(entry => entry.Error).DefaultIfEmpty(0.5).Average();
        var chance = 2 * Math.Sqrt(2 * learned * (1 - learned) / (LabeledFiles.Sample(TestFolder, TestImages, Seed).Count * Draws));
        return order + string.Create(
            CultureInfo.InvariantCulture,
            $" Measured with a reduced budget, it shows how the variants start to learn, not where they end; " +
            $"the choice of test images alone makes differences of up to {100 * chance:F1} points.");
    }

    private static double FailuresLast(double error) => double.IsNaN(error) ? double.MaxValue : error;

    private static string Percent(double error) =>
        double.IsNaN(error) ? "fails" : string.Create(CultureInfo.InvariantCulture, $"{error:P1}");

    private Outcome Train(BackboneSpec spec, int seed)
    {
        CancellationToken.ThrowIfCancellationRequested();
        var mlContext = new MLContext(seed);
        var files = Rows(TrainFolder, TrainImages, seed);
        var train = mlContext.Data.LoadFromEnumerable(files);
        var options = Options with
        {
            Backbone = spec,
            ImageColumnName = nameof(LabeledPath.ImagePath),
            ValidationSet = mlContext.Data.LoadFromEnumerable(Rows(TestFolder, TestImages, Seed)),
            Epochs = EpochCount,
            Seed = seed,
            Threads = Threads,
            Device = Device,
            CancellationToken = CancellationToken,
        };
        try
        {
            using var model = mlContext.Transforms.ImageClassifier(options).Fit(train);
            // A canceled training ends with what it has learned by then, which is no result of the study.
            CancellationToken.ThrowIfCancellationRequested();
            var epochs = model.History!.Epochs;
            // The first epoch also pays for what is made once.
            var rate = Statistics.Median(epochs.Skip(epochs.Count > 1 ? 1 : 0).Select(epoch => epoch.ImagesPerSecond));
            return new(1 - epochs[^1].ValidationAccuracy!.Value, 1 - epochs[^1].TrainAccuracy, files.Count / rate);
        }
        catch (InvalidOperationException)
        {
            // The loss became infinite: what the papers write as "fail".
            return new(double.NaN, double.NaN, double.NaN);
        }
    }

    // Full: He et al. (2016), section 6 and the appendix: SGD, batches of 128, rate 0.1, lowered at half and at three quarters, shifted and
    // mirrored images. Reduced: the same with more and smaller steps, whose rate rises once and falls to 0, so that a few epochs tell
    // something.
    private ImageClassifierTrainer.Options Options
    {
        get
        {
            var common = new ImageClassifierTrainer.Options
            {
                LearningRate = 0.1,
                WeightDecay = PaperWeightDecay,
                LabelSmoothing = 0,
                Augmentation = AugmentationOptions.Cifar,
            };
            return IsFull
                ? common with { BatchSize = 128, Schedule = ScheduleKind.MultiStep, WarmUpFraction = 0.01 }
                : common with { BatchSize = 64, Schedule = ScheduleKind.OneCycle, Precision = Precision.Auto };
        }
    }

    private static List<LabeledPath> Rows(string folder, int count, int seed) =>
        [.. LabeledFiles.Sample(folder, count, seed).Select(file => new LabeledPath { ImagePath = file.Path, Label = file.Label })];

    private sealed record Outcome(double TestError, double TrainError, double EpochSeconds);

    private sealed class LabeledPath
    {
        public string ImagePath { get; init; } = "";

        public string Label { get; init; } = "";
    }
}
