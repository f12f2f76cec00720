namespace MLNet.ResNetFamily;

/// <summary>Training procedures of papers, as options; <c>with</c> changes what the data ask for.</summary>
public static class TrainingRecipes
{
    // The batch that the paper's learning rates are for.
    private const double PaperBatchSize = 2048;

    /// <summary>
    /// Training from random weights as in Wightman et al., "ResNet strikes back" (2021), https://arxiv.org/abs/2110.00476, table 2: binary
    /// cross entropy, LAMB, a cosine after 5 epochs of warm-up, RandAugment, mixup or CutMix for each batch, repeated augmentation,
    /// stochastic depth.
    /// </summary>
    /// <param name="procedure">Which one; all of them are for long training.</param>
    /// <param name="backbone">
    /// The network. A1 and A2 leave out its last residual branch with probability 0.05 and earlier ones less, unless it has stochastic
    /// depth of its own; a network without residual branches stays as it is.
    /// </param>
    /// <param name="batchSize">
    /// Images per step, at least 3, or 1 for A3; 32 by default. The paper's 2048 is for a million images: its learning rate is multiplied
    /// with the square root of the ratio, as You et al. do for LAMB (2019), https://arxiv.org/abs/1904.00962.
    /// </param>
    /// <returns>
    /// The options. They depart from the paper in this: RandAugment has torchvision's operations, always applied and without noise of its
    /// strength (magnitude 7 of 10 is 21 of 30 here); gradients are clipped to the norm 1, as timm's LAMB does by itself; the rate falls to
    /// 0 and warms up from almost 0 in place of 0.000001 and 0.0001; images are scored with the backbone's own center crop in place of 95 %
    /// of the image, and those of A3 at 160 pixels in place of 224.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="procedure"/> is none of the three.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    public static ImageClassifierTrainer.Options StrikesBack(
        StrikesBackProcedure procedure, BackboneSpec backbone, int batchSize = 32)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var (epochs, rate, decay, smoothing, mixUp, magnitude) = procedure switch
        {
            StrikesBackProcedure.A1 => (600, 0.005, 0.01, 0.1, 0.2, 21),
            StrikesBackProcedure.A2 => (300, 0.005, 0.02, 0.0, 0.1, 21),
            StrikesBackProcedure.A3 => (100, 0.008, 0.02, 0.0, 0.1, 18),
            _ => throw new ArgumentException(
                $"There is no procedure {procedure}, only {string.Join(", ", Enum.GetNames<StrikesBackProcedure>())}.", nameof(procedure)),
        };
        var isShort = procedure == StrikesBackProcedure.A3;
        return new()
        {
            Backbone = isShort ? backbone : WithStochasticDepth(backbone, new(SurvivalProbability: 0.95)),
            Epochs = epochs,
            BatchSize = batchSize,
            ImageSize = isShort ? 160 : null,
            Loss = LossKind.BinaryCrossEntropy,
            LabelSmoothing = smoothing,
            Optimizer = OptimizerKind.Lamb,
            LearningRate = rate * Math.Sqrt(batchSize / PaperBatchSize),
            WeightDecay = decay,
            GradientClipNorm = 1,
            WarmUpFraction = 5.0 / epochs,
            Augmentation = new()
            {
                MinScale = 0.08, FlipProbability = 0.5, Policy = AugmentationPolicy.RandAugment, RandAugmentMagnitude = magnitude,
                MixUp = mixUp, CutMix = 1, Repeats = isShort ? 1 : 3,
            },
        };
    }

    private static BackboneSpec WithStochasticDepth(BackboneSpec backbone, StochasticDepth depth) => backbone switch
    {
        ResNetSpec { StochasticDepth: null } resNet => resNet with { StochasticDepth = depth },
        ResNetV2Spec { StochasticDepth: null } resNet => resNet with { StochasticDepth = depth },
        XceptionSpec { StochasticDepth: null } xception => xception with { StochasticDepth = depth },
        InceptionResNetSpec { StochasticDepth: null } inception => inception with { StochasticDepth = depth },
        _ => backbone,
    };
}
