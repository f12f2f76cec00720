namespace MLNet.ResNetFamily;

// How several processes train one model.
public partial record TrainingOptions
{
    /// <summary>
    /// The processes that train one model together, <see cref="DistributedTraining.FromEnvironment"/> for instance; null, the default, for
    /// this one alone. <see cref="BatchSize"/> counts for each process: a step learns from that many images times the processes. On
    /// processors one seed and one number of processes give the same weights to the bit. Goyal et al. (2017),
    /// https://arxiv.org/abs/1706.02677.
    /// </summary>
    public DistributedTraining? Distributed { get; init; }

    /// <summary>
    /// Whether batch normalization learns from the images of all processes of <see cref="Distributed"/> together, as one process with the
    /// whole batch would; for batches that are small in each. Costs two messages for each normalization and step. False by default: each
    /// process normalizes by its own images. Peng et al., "MegDet" (2017), https://arxiv.org/abs/1711.07240, section 3.2.
    /// </summary>
    public bool SyncBatchNorm { get; init; }

    /// <summary>
    /// Whether the learning rate is multiplied by the number of processes of <see cref="Distributed"/>, as a step learns from so many times
    /// the images; <see cref="WarmUpFraction"/> then rises from the rate of one process. False by default. Goyal et al. (2017),
    /// https://arxiv.org/abs/1706.02677, sections 2.1 and 2.2.
    /// </summary>
    public bool ScaleLearningRate { get; init; }

    /// <summary>What the learning rate is multiplied with.</summary>
    internal int LearningRateScale => ScaleLearningRate ? ProcessCount : 1;

    /// <summary>The number of processes that train together.</summary>
    internal int ProcessCount => Distributed?.ProcessCount ?? 1;
}
