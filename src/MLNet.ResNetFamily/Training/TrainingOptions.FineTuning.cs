using static MLNet.ResNetFamily.OptionCheck;

namespace MLNet.ResNetFamily;

// What is taken over from networks that were trained before.
public partial record TrainingOptions
{
    private const double DefaultFirstLayerLearningRateFactor = 0.1;

    /// <summary>
    /// Learning rate of each layer as a part of that of the layer behind it: the classifier learns at <see cref="LearningRate"/>, the last
    /// block at this part of it, the block before at its square, and so on to the first convolution. A layer is a block of the paper (a
    /// residual unit, a dense layer, an Inception block) or a convolution outside of one; its normalization goes with it. With
    /// <see cref="FineTuneKind.Gradual"/> it takes the place of <see cref="FirstLayerLearningRateFactor"/>; with
    /// <see cref="FineTuneKind.HeadOnly"/> there is nothing before the classifier that learns. Above 0 and at most 1, 0.75 for instance;
    /// null, the default, means no such decay. Bao et al., "BEiT" (2021), https://arxiv.org/abs/2106.08254, appendix; timm's
    /// <c>--layer-decay</c>.
    /// </summary>
    public double? LayerDecay { get; init; }

    /// <summary>
    /// Whether batch normalization keeps the means and variances that came with the weights while the backbone learns, instead of
    /// normalizing each batch by its own; scales and shifts learn all the same. Of a thousand images the backbone then forgets less, as
    /// it meets in training what it meets in scoring. Null, the default, means true with <see cref="FineTuneKind.Gradual"/> from given
    /// weights, unless <see cref="SyncBatchNorm"/> asks for the statistics of all processes, and else false. With
    /// <see cref="FineTuneKind.HeadOnly"/> they are kept in any case.
    /// </summary>
    public bool? FreezeBatchNorm { get; init; }

    /// <summary>
    /// How soft the probabilities are that a teacher teaches: its logits and the student's are divided by it. Above 0; 4 by default, as
    /// Tian et al. have it (2019), https://arxiv.org/abs/1910.10699. At 1 they are as they are; higher shows more of how the teacher ranks
    /// the classes that it holds for wrong. Matters with a <see cref="ImageClassifierTrainer.Options.Teacher"/>.
    /// </summary>
    public double DistillationTemperature { get; init; } = 4;

    /// <summary>
    /// How much a teacher counts in the loss: this times the divergence from it, times the square of the
    /// <see cref="DistillationTemperature"/>, plus 1 minus this times the cross entropy of the labels. Above 0 and at most 1, where labels
    /// count nothing; 0.9 by default, as Tian et al. have it. <see cref="LabelSmoothing"/> and <see cref="ClassWeights"/> are for the
    /// labels alone. Matters with a <see cref="ImageClassifierTrainer.Options.Teacher"/>.
    /// </summary>
    public double DistillationWeight { get; init; } = 0.9;

    internal bool SetsLayerRates => LayerDecay is not null || FirstLayerLearningRateFactor != DefaultFirstLayerLearningRateFactor;

    internal bool EffectiveFreezeBatchNorm =>
        FreezeBatchNorm ?? (StartsFromWeights && FineTune == FineTuneKind.Gradual && !SyncBatchNorm);

    private void ValidateFineTuning()
    {
        Require(
            FreezeBatchNorm is not true || !SyncBatchNorm, nameof(FreezeBatchNorm), FreezeBatchNorm,
            "false or null with 'SyncBatchNorm': statistics that are kept cannot be those of a batch");
        Require(
            DistillationTemperature is > 0 and < double.PositiveInfinity, nameof(DistillationTemperature), DistillationTemperature,
            "above 0 and finite");
        Require(DistillationWeight is > 0 and <= 1, nameof(DistillationWeight), DistillationWeight, "above 0 and at most 1");
        Require(
            FirstLayerLearningRateFactor is > 0 and <= 1, nameof(FirstLayerLearningRateFactor), FirstLayerLearningRateFactor,
            "above 0 and at most 1");
        Require(LayerDecay is null or (> 0 and <= 1), nameof(LayerDecay), LayerDecay, "above 0 and at most 1, 0.75 for instance, or null");
        Require(
            LayerDecay is null || FirstLayerLearningRateFactor == DefaultFirstLayerLearningRateFactor, nameof(LayerDecay), LayerDecay,
            "null where 'FirstLayerLearningRateFactor' is set: both say how fast the layers learn");
    }
}
