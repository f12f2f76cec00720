using static MLNet.ResNetFamily.OptionCheck;

namespace MLNet.ResNetFamily;

/// <summary>How a network is trained. Every option has a default that suits photographs in folders.</summary>
public partial record TrainingOptions
{
    /// <summary>How often every training image is seen. At least 1; 30 by default.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>
    /// Images per optimization step, at most: an epoch is cut into batches as equal as possible, so that none is tiny. At least 1;
    /// 32 by default. Batch normalization learns from the images of a batch together, so small batches train badly.
    /// </summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// Which weights learn. <see cref="FineTuneKind.All"/> by default; the others are for backbones that come with weights.
    /// </summary>
    public FineTuneKind FineTune { get; init; } = FineTuneKind.All;

    /// <summary>
    /// Part of the epochs, at least one, in which <see cref="FineTuneKind.Gradual"/> trains the classifier alone. Above 0 and below 1;
    /// 0.3 by default.
    /// </summary>
    public double HeadEpochFraction { get; init; } = 0.3;

    /// <summary>
    /// Learning rate of the first layers as a part of the classifier's, in the second phase of <see cref="FineTuneKind.Gradual"/>; that of
    /// the layers between falls geometrically. Above 0 and at most 1; 0.1 by default.
    /// </summary>
    public double FirstLayerLearningRateFactor { get; init; } = DefaultFirstLayerLearningRateFactor;

    /// <summary>
    /// Whether a backbone that does not learn sees every image once and the classifier learns from the features that it found, many times
    /// faster, but from images that are not varied. True by default; matters to <see cref="FineTuneKind.HeadOnly"/> and to the first phase
    /// of <see cref="FineTuneKind.Gradual"/>. Features take 4 bytes times <see cref="BackboneSpec.FeatureCount"/> per image.
    /// </summary>
    public bool CacheFeatures { get; init; } = true;

    /// <summary>
    /// Folder where cached features are kept for the next training; null, the default, keeps none. They are found again only for the same
    /// backbone with the same weights, preprocessing and precision, and for files with the same contents, whatever these are called. The
    /// folder is made if it is missing, may serve any number of trainings, and may be deleted at any time.
    /// </summary>
    public string? FeatureCacheDirectory { get; init; }

    /// <summary>How a gradient becomes a step of the weights. <see cref="OptimizerKind.Sgd"/> by default.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Sgd;

    /// <summary>
    /// Highest step size of the optimizer, reached after warm-up. Above 0; by default 0.02 with <see cref="OptimizerKind.Sgd"/>, or 0.005
    /// where the training starts from weights, which larger steps would undo; 0.001 with <see cref="OptimizerKind.AdamW"/>, 0.045 with
    /// <see cref="OptimizerKind.RmsProp"/> and 0.005 with <see cref="OptimizerKind.Lamb"/>.
    /// <see cref="ImageClassifierTrainer.FindLearningRate"/> finds one that suits the data.
    /// </summary>
    public double? LearningRate { get; init; }

    /// <summary>How the learning rate moves during the training. <see cref="ScheduleKind.Cosine"/> by default.</summary>
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Cosine;

    /// <summary>
    /// Where <see cref="ScheduleKind.MultiStep"/> lowers the learning rate, as parts of the training. Each above 0 and below 1, ascending;
    /// 0.5 and 0.75 by default, as He et al. trained on CIFAR-10 (2015), https://arxiv.org/abs/1512.03385, section 4.2.
    /// </summary>
    public IReadOnlyList<double> Milestones { get; init; } = [0.5, 0.75];

    /// <summary>
    /// What the learning rate is multiplied with: by <see cref="ScheduleKind.Step"/> and <see cref="ScheduleKind.MultiStep"/> at each fall,
    /// by <see cref="ScheduleKind.Exponential"/> in the course of every epoch. Above 0 and at most 1; by default 0.1, and 0.94 with
    /// <see cref="ScheduleKind.Exponential"/>.
    /// </summary>
    public double? DecayFactor { get; init; }

    /// <summary>
    /// Part of all steps during which the learning rate rises in a straight line from almost 0. From 0 to below 1; 0.1 by default.
    /// <see cref="ScheduleKind.OneCycle"/> has its own.
    /// </summary>
    public double WarmUpFraction { get; init; } = 0.1;

    /// <summary>
    /// Part of the previous step that <see cref="OptimizerKind.Sgd"/> and <see cref="OptimizerKind.RmsProp"/> repeat. From 0 to below 1;
    /// 0.9 by default.
    /// </summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>
    /// Whether <see cref="OptimizerKind.Sgd"/> looks ahead along its momentum. False by default. Sutskever et al. (2013),
    /// https://proceedings.mlr.press/v28/sutskever13.html, section 2.
    /// </summary>
    public bool Nesterov { get; init; }

    /// <summary>
    /// Weight decay (L2). At least 0; by default 0.0005 with <see cref="OptimizerKind.Sgd"/> and 0.00004 with
    /// <see cref="OptimizerKind.RmsProp"/>, where it is part of the gradient, 0.05 with <see cref="OptimizerKind.AdamW"/>, where it is not,
    /// and 0.02 with <see cref="OptimizerKind.Lamb"/>.
    /// </summary>
    public double? WeightDecay { get; init; }

    /// <summary>
    /// Whether <see cref="WeightDecay"/> also pulls biases and the scales of normalization layers. False by default: that only costs
    /// accuracy. He et al., "Bag of Tricks" (2018), https://arxiv.org/abs/1812.01187, section 3.1.
    /// </summary>
    public bool DecayBiasesAndNorms { get; init; }

    /// <summary>
    /// Batches whose gradients are added up before the optimizer makes a step, as if they were one batch that memory cannot hold; batch
    /// normalization still sees each by itself. At least 1; 1 by default.
    /// </summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>
    /// Largest Euclidean norm of all gradients together; longer ones are shortened to it before the optimizer's step. Above 0; null, the
    /// default, leaves them as they are. Pascanu et al. (2012), https://arxiv.org/abs/1211.5063, section 3.2.
    /// </summary>
    public double? GradientClipNorm { get; init; }

    /// <summary>What makes up for classes of few images. <see cref="ClassBalance.None"/> by default.</summary>
    public ClassBalance ClassBalance { get; init; } = ClassBalance.None;

    /// <summary>
    /// How much the images of each class count in the loss, by class name; a class that is not named counts 1. Each above 0; null, the
    /// default, counts all alike. Multiplies what <see cref="ClassBalance"/> gives.
    /// </summary>
    public IReadOnlyDictionary<string, double>? ClassWeights { get; init; }

    /// <summary>How the logits of an image are judged by its label. <see cref="LossKind.CrossEntropy"/> by default.</summary>
    public LossKind Loss { get; init; } = LossKind.CrossEntropy;

    /// <summary>
    /// Part of the target probability that is spread over all classes, which keeps the network from becoming too sure. From 0 to below
    /// 1; 0.1 by default. Szegedy et al. (2015), https://arxiv.org/abs/1512.00567, section 7. Where an image may show several classes, the
    /// targets of each are moved from 0 and 1 towards one half by as much.
    /// </summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>
    /// How training images are varied, anew in every epoch; null trains on them as scoring will see them. Random crops by default;
    /// mirroring is asked for with <see cref="AugmentationOptions.FlipProbability"/>.
    /// </summary>
    public AugmentationOptions? Augmentation { get; init; } = new();

    /// <summary>
    /// Random seed: of the initial weights, of the order of the images and of augmentation. Null, the default, means the seed of the
    /// <c>MLContext</c>, or 1 where it has none. On the processor one seed gives the same weights to the bit, as long as
    /// <see cref="Threads"/> and the machine stay the same.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>
    /// Processor threads that work at one moment: they decode and compute in turn, as each batch needs; where the network computes on a
    /// GPU, they decode the next batch meanwhile. At least 1; null, the default, means one for every core.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>Where the network computes. <see cref="ComputeDevice.Auto"/> by default.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Auto;

    /// <summary>
    /// The numbers that the network computes in. <see cref="Precision.Float32"/> by default; <see cref="Precision.Auto"/> about halves the
    /// time on processors and GPUs that have instructions for bfloat16. The weights are kept in float32, and the classifier, the
    /// normalizations and the loss compute in it. The trained classifier scores in the same precision, unless its scoring options say
    /// otherwise.
    /// </summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>What happens when an image cannot be read. <see cref="OnBadImage.Skip"/> by default.</summary>
    public OnBadImage OnBadImage { get; init; } = OnBadImage.Skip;

    /// <summary>
    /// Most bytes of decoded images that are kept in memory from epoch to epoch, 3 a pixel, so that they are not decoded again; the result
    /// is the same. At least 0; 512 MiB by default. Images that do not fit are decoded in every epoch.
    /// </summary>
    public long ImageCacheBytes { get; init; } = 512L << 20;

    /// <summary>
    /// Most pixels that an image may have, judged by its header before it is decoded. At least 1; 100 million by default.
    /// </summary>
    public long MaxPixels { get; init; } = RgbImage.DefaultMaxPixels;

    /// <summary>
    /// Is told of every finished epoch; called on the thread that trains, or where the implementation sends it. Null by default.
    /// </summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Is told of every batch that was learned from, on the thread that trains: for progress bars. Null by default.</summary>
    public IProgress<TrainingStepProgress>? StepProgress { get; init; }

    /// <summary>
    /// Folder for <c>metrics.csv</c>, with a line for every epoch, and for event files of TensorBoard: the same figures, loss and learning
    /// rate of every step, and a few training images as the network meets them. Made if it is missing; null, the default, for none.
    /// </summary>
    public string? LogDirectory { get; init; }

    /// <summary>
    /// Whether TensorBoard also gets a histogram of every weight tensor after every epoch. False by default; matters with a
    /// <see cref="LogDirectory"/>.
    /// </summary>
    public bool LogWeightHistograms { get; init; }

    /// <summary>
    /// Ends the training early, with the best model so far: that of the best validated epoch where there is one, else as the last finished
    /// step left it. A training that is canceled before its first step ends with an <see cref="OperationCanceledException"/>. Never
    /// canceled by default.
    /// </summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Is told the loss of every batch and the steps that were taken before; for tests.</summary>
    internal Action<int, float>? StepDone { get; init; }

    /// <summary>Whether the network comes with weights that were learned before.</summary>
    internal virtual bool StartsFromWeights => false;

    /// <summary>The learning rate, or the default of the optimizer.</summary>
    internal double EffectiveLearningRate => LearningRate ?? Optimizer switch
    {
        OptimizerKind.AdamW => 0.001,
        OptimizerKind.RmsProp => 0.045,
        OptimizerKind.Lamb => 0.005,
        _ => StartsFromWeights ? 0.005 : 0.02,
    };

    /// <summary>The weight decay, or the default of the optimizer.</summary>
    internal double EffectiveWeightDecay => WeightDecay ?? Optimizer switch
    {
        OptimizerKind.AdamW => 0.05,
        OptimizerKind.RmsProp => 0.00004,
        OptimizerKind.Lamb => 0.02,
        _ => 0.0005,
    };

    /// <summary>The factor by which the learning rate falls, or the default of the schedule.</summary>
    internal double EffectiveDecayFactor => DecayFactor ?? (Schedule == ScheduleKind.Exponential ? 0.94 : 0.1);

    /// <summary>The seed, or the default where none was given.</summary>
    internal int EffectiveSeed => Seed ?? 1;

    /// <summary>Whether decoded images are worth their memory: where features are cached, each is seen once.</summary>
    internal bool KeepsDecodedImages => ImageCacheBytes > 0 && Epochs > 1 && !(FineTune == FineTuneKind.HeadOnly && CacheFeatures);

    /// <summary>The number of threads, or one for every core.</summary>
    internal int EffectiveThreads => Threads ?? Environment.ProcessorCount;

    /// <summary>Checks every option on its own.</summary>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    internal virtual void Validate()
    {
        Require(Epochs >= 1, nameof(Epochs), Epochs, "at least 1");
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1");
        Require(Enum.IsDefined(FineTune), nameof(FineTune), FineTune, $"one of {Names<FineTuneKind>()}");
        Require(HeadEpochFraction is > 0 and < 1, nameof(HeadEpochFraction), HeadEpochFraction, "above 0 and below 1");
        ValidateFineTuning();
        Require(FeatureCacheDirectory is not "", nameof(FeatureCacheDirectory), "empty", "a folder, or null for none");
        Require(LogDirectory is not "", nameof(LogDirectory), "empty", "a folder, or null for none");
        Require(Enum.IsDefined(Optimizer), nameof(Optimizer), Optimizer, $"one of {Names<OptimizerKind>()}");
        Require(
            LearningRate is null or (> 0 and < double.PositiveInfinity), nameof(LearningRate), LearningRate,
            "above 0 and finite, 0.02 for instance");
        Require(Enum.IsDefined(Schedule), nameof(Schedule), Schedule, $"one of {Names<ScheduleKind>()}");
        Require(
            Milestones is not null && Milestones.All(part => part is > 0 and < 1)
            && Milestones.Zip(Milestones.Skip(1)).All(pair => pair.First < pair.Second), nameof(Milestones),
            Milestones is null ? null : $"[{string.Join(", ", Milestones.Select(part => FormattableString.Invariant($"{part}")))}]",
            "ascending numbers above 0 and below 1");
        Require(DecayFactor is null or (> 0 and <= 1), nameof(DecayFactor), DecayFactor, "above 0 and at most 1");
        Require(WarmUpFraction is >= 0 and < 1, nameof(WarmUpFraction), WarmUpFraction, "from 0 to below 1");
        Require(Momentum is >= 0 and < 1, nameof(Momentum), Momentum, "from 0 to below 1");
        Require(
            !Nesterov || (Optimizer == OptimizerKind.Sgd && Momentum > 0), nameof(Nesterov), Nesterov,
            "false unless 'Optimizer' is Sgd and 'Momentum' above 0");
        Require(WeightDecay is null or (>= 0 and < double.PositiveInfinity), nameof(WeightDecay), WeightDecay, "at least 0 and finite");
        Require(LabelSmoothing is >= 0 and < 1, nameof(LabelSmoothing), LabelSmoothing, "from 0 to below 1");
        Require(AccumulationSteps >= 1, nameof(AccumulationSteps), AccumulationSteps, "at least 1");
        Require(
            GradientClipNorm is null or (> 0 and < double.PositiveInfinity), nameof(GradientClipNorm), GradientClipNorm,
            "above 0 and finite, or null");
        Require(Enum.IsDefined(ClassBalance), nameof(ClassBalance), ClassBalance, $"one of {Names<ClassBalance>()}");
        foreach (var (name, weight) in ClassWeights ?? new Dictionary<string, double>())
        {
            Require(
                weight is > 0 and < double.PositiveInfinity, nameof(ClassWeights),
                FormattableString.Invariant($"{weight} for class '{name}'"), "above 0 and finite");
        }
        ValidateCheckpointing();
        Augmentation?.Validate();
        Require(
            Augmentation is null || Augmentation.Repeats <= BatchSize, nameof(Augmentation.Repeats), Augmentation?.Repeats,
            "at most 'BatchSize'");
        Require(Enum.IsDefined(Loss), nameof(Loss), Loss, $"one of {Names<LossKind>()}");
        Require(Threads is null or >= 1, nameof(Threads), Threads, "at least 1, or null for one per core");
        Require(Device is not null, nameof(Device), Device, "a device, 'ComputeDevice.Auto' for instance");
        Require(Enum.IsDefined(Precision), nameof(Precision), Precision, $"one of {Names<Precision>()}");
        Require(Enum.IsDefined(OnBadImage), nameof(OnBadImage), OnBadImage, $"one of {Names<OnBadImage>()}");
        Require(ImageCacheBytes >= 0, nameof(ImageCacheBytes), ImageCacheBytes, "at least 0");
        Require(MaxPixels >= 1, nameof(MaxPixels), MaxPixels, "at least 1");
    }

    private static string Names<T>() where T : struct, Enum => string.Join(", ", Enum.GetNames<T>());
}
