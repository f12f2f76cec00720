namespace MLNet.ResNetFamily;

/// <summary>
/// How a trained network is applied to data. Apart from <see cref="TestTimeAugmentation"/> and, to rounding, <see cref="Precision"/>, none
/// of these changes what a readable image scores.
/// </summary>
public sealed record ScoringOptions
{
    /// <summary>Rows whose images go through the network together. At least 1; 32 by default.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// Processor threads that work at one moment. In a scan they decode and compute in turn, as each batch needs; where the network
    /// computes on a GPU, they decode the next batch meanwhile. At least 1. Null, the default, means one for every core, and where several
    /// scans or prediction engines score at the same moment they share the cores; the last digit of a score may then depend on how many do.
    /// With a number it never does.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>Where the network computes. <see cref="ComputeDevice.Auto"/> by default.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Auto;

    /// <summary>
    /// The numbers that the network computes in. <see cref="Precision.Float32"/> by default, and the precision of the training where a
    /// trainer was given no scoring options (<see cref="TrainingOptions.Precision"/>); a loaded model begins with float32 again. With
    /// <see cref="Precision.Auto"/>, where there are instructions for bfloat16, the first 64 images are computed in both and get the
    /// float32 answer; bfloat16 is taken for the others when these show that it changes at most 0.5 % of the labels, or features by at most
    /// 5 % of their length.
    /// </summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>
    /// What computes the network. <see cref="ScoringEngine.Auto"/> by default. <see cref="ScoringEngine.OnnxRuntime"/> excludes
    /// <see cref="Precision.BFloat16"/>.
    /// </summary>
    public ScoringEngine Engine { get; init; } = ScoringEngine.Auto;

    /// <summary>
    /// What a row gets whose image cannot be read: an exception that names the image when the row's scores are asked for
    /// (<see cref="OnBadImage.Throw"/>, the default), or scores of NaN and a missing label (<see cref="OnBadImage.Skip"/>).
    /// </summary>
    public OnBadImage OnBadImage { get; init; } = OnBadImage.Throw;

    /// <summary>
    /// Most pixels that an image may have, judged by its header before it is decoded. At least 1; 100 million by default.
    /// </summary>
    public long MaxPixels { get; init; } = RgbImage.DefaultMaxPixels;

    /// <summary>Is told of every image that is skipped, besides the log; called on the thread that scores. Null by default.</summary>
    public IProgress<BadImage>? BadImages { get; init; }

    /// <summary>
    /// How many of the most probable classes a classifier adds as two more columns: their names, the most probable first
    /// (<c>TopLabels</c>, a vector of text), and their probabilities (<c>TopProbabilities</c>). Where there are fewer classes, all of
    /// them. At least 0; 0, no such columns, by default.
    /// </summary>
    public int TopK { get; init; }

    /// <summary>
    /// In how many ways each image is shown to the network, whose answers are averaged. <see cref="TestTimeAugmentation.None"/> by default.
    /// Each view counts as a row of <see cref="BatchSize"/>.
    /// </summary>
    public TestTimeAugmentation TestTimeAugmentation { get; init; }

    /// <summary>
    /// Whether a classifier adds one more column, <c>Heatmap</c>: how much each pixel of the network's input speaks for the predicted class
    /// (<see cref="ImageClassifierTransformer.Explain(string, string?)"/>), as a vector of [ImageSize, ImageSize] values from 0 to 1; NaN
    /// for images that cannot be read. False by default: it costs a second pass through the network. Excludes
    /// <see cref="TestTimeAugmentation"/>.
    /// </summary>
    public bool Heatmap { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    internal void Validate()
    {
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1");
        Require(Threads is null or >= 1, nameof(Threads), Threads, "at least 1, or null for one per core");
        Require(Device is not null, nameof(Device), Device, "a device, 'ComputeDevice.Auto' for instance");
        Require(Enum.IsDefined(Precision), nameof(Precision), Precision, "Auto, Float32 or BFloat16");
        Require(Enum.IsDefined(Engine), nameof(Engine), Engine, "Auto, Libtorch or OnnxRuntime");
        Require(
            Engine != ScoringEngine.OnnxRuntime || Precision != Precision.BFloat16, nameof(Precision), Precision,
            "Float32 or Auto where Engine is OnnxRuntime, which has no bfloat16 for processors");
        Require(Enum.IsDefined(OnBadImage), nameof(OnBadImage), OnBadImage, "Throw or Skip");
        Require(TopK >= 0, nameof(TopK), TopK, "at least 0");
        Require(Enum.IsDefined(TestTimeAugmentation), nameof(TestTimeAugmentation), TestTimeAugmentation, "None, Flip or FiveCrops");
        Require(
            !Heatmap || TestTimeAugmentation == TestTimeAugmentation.None, nameof(Heatmap), Heatmap,
            "false where TestTimeAugmentation shows an image in several ways");
        Require(MaxPixels >= 1, nameof(MaxPixels), MaxPixels, "at least 1");
    }

    private static void Require(bool holds, string option, object? found, string needed) =>
        OptionCheck.Require(holds, option, found, needed, "Scoring option");
}
