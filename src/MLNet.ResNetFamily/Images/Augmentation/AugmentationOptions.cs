using static MLNet.ResNetFamily.OptionCheck;

namespace MLNet.ResNetFamily;

/// <summary>
/// How training images are varied, anew in every epoch; validation and scoring never are. By default a random part of the image,
/// stretched a little, is resized to the network's input (Szegedy et al., "Going Deeper with Convolutions" (2014),
/// https://arxiv.org/abs/1409.4842, section 6). The rest is asked for, one by one or by a preset. <see cref="ContactSheet"/> shows the
/// result.
/// </summary>
/// <remarks>
/// Applied in this order: crop, flips, <see cref="Policy"/>, colors, rotation, erasing; then <see cref="MixUp"/> or <see cref="CutMix"/>
/// on the batch. Chance depends on the seed, the epoch and the image alone, not on the threads.
/// </remarks>
public sealed record AugmentationOptions
{
    /// <summary>
    /// The usual recipe for small images such as CIFAR's: shifted by up to 4 pixels, mirrored half of the time (He et al. (2015),
    /// https://arxiv.org/abs/1512.03385, section 4.2).
    /// </summary>
    public static AugmentationOptions Cifar { get; } = new() { Padding = 4, FlipProbability = 0.5 };

    /// <summary>
    /// For photographs and longer training: crops, mirroring, one random operation an image
    /// (<see cref="AugmentationPolicy.TrivialAugment"/>), a little erasing.
    /// </summary>
    public static AugmentationOptions Trivial { get; } = new()
    {
        MinScale = 0.25, FlipProbability = 0.5, Policy = AugmentationPolicy.TrivialAugment, ErasingProbability = 0.1,
    };

    /// <summary>
    /// For photographs and longer training: crops, mirroring, two operations an image of a strength that can be set
    /// (<see cref="AugmentationPolicy.RandAugment"/>).
    /// </summary>
    public static AugmentationOptions Rand { get; } = new()
    {
        MinScale = 0.25, FlipProbability = 0.5, Policy = AugmentationPolicy.RandAugment,
    };

    /// <summary>
    /// Smallest part of the image's area that a crop shows. Above 0, at most 1; 0.5 by default. ImageNet's recipes take 0.08, which
    /// suits a million large photographs; of a few hundred images, small crops leave too little to learn from.
    /// </summary>
    public double MinScale { get; init; } = 0.5;

    /// <summary>Largest part of the image's area that a crop shows. At least <see cref="MinScale"/>, at most 1; 1 by default.</summary>
    public double MaxScale { get; init; } = 1;

    /// <summary>
    /// How far crops may be from square: their width over their height lies between 1 / <see cref="MaxAspectRatio"/> and this. At least 1;
    /// 4/3 by default.
    /// </summary>
    public double MaxAspectRatio { get; init; } = 4.0 / 3;

    /// <summary>
    /// Pixels of black around the input-sized image, out of which an input-sized part is then cut, instead of the resized crop. At least
    /// 0, where the resized crop stays; 0 by default, 4 for CIFAR. Up to the image's size.
    /// </summary>
    public int Padding { get; init; }

    /// <summary>
    /// Probability that an image is mirrored left to right. From 0 to 1; 0 by default, because the sides of letters, digits, signs and
    /// hands mean something. 0.5 suits photographs that could as well be their mirror images.
    /// </summary>
    public double FlipProbability { get; init; }

    /// <summary>
    /// Probability that an image is turned upside down. From 0 to 1; 0 by default. 0.5 suits images taken from above or through a
    /// microscope.
    /// </summary>
    public double VerticalFlipProbability { get; init; }

    /// <summary>Operations drawn from a set. <see cref="AugmentationPolicy.None"/> by default.</summary>
    public AugmentationPolicy Policy { get; init; } = AugmentationPolicy.None;

    /// <summary>
    /// Operations an image that <see cref="AugmentationPolicy.RandAugment"/> applies. From 1 to 14; 2 by default, as in the paper.
    /// </summary>
    public int RandAugmentOperations { get; init; } = 2;

    /// <summary>Strength of <see cref="AugmentationPolicy.RandAugment"/>. From 0 to 30; 9 by default, as in the paper.</summary>
    public int RandAugmentMagnitude { get; init; } = 9;

    /// <summary>
    /// How much brighter or darker: a factor between 1 minus and 1 plus this, not below 0. From 0 to 2; 0, never, by default. 0.4 is usual
    /// for this and the next two.
    /// </summary>
    public double Brightness { get; init; }

    /// <summary>
    /// How much more or less contrast: a factor between 1 minus and 1 plus this, not below 0. From 0 to 2; 0, never, by default.
    /// </summary>
    public double Contrast { get; init; }

    /// <summary>
    /// How much more or less colorful: a factor between 1 minus and 1 plus this, not below 0. From 0 to 2; 0, never, by default.
    /// </summary>
    public double Saturation { get; init; }

    /// <summary>
    /// How far the hue may turn, in rounds of the color circle, either way. From 0 to 0.5; 0, never, by default. 0.1 is usual.
    /// </summary>
    public double Hue { get; init; }

    /// <summary>Largest rotation either way, in degrees; black corners come in. From 0 to 180; 0, never, by default.</summary>
    public double Rotation { get; init; }

    /// <summary>
    /// Probability that a rectangle of 2 % to 33 % of the image is painted in the mean color. From 0 to 1; 0 by default, 0.1 to 0.5 are
    /// usual. Zhong et al., "Random Erasing Data Augmentation" (2017), https://arxiv.org/abs/1708.04896.
    /// </summary>
    public double ErasingProbability { get; init; }

    /// <summary>
    /// Blends each image of a batch, and its label, with another; the share comes from a Beta distribution with this for both parameters.
    /// At least 0; 0, never, by default. 0.2 is usual for long training on photographs. With <see cref="CutMix"/> too, each batch takes
    /// either. Zhang et al., "mixup: Beyond Empirical Risk Minimization" (2017), https://arxiv.org/abs/1710.09412.
    /// </summary>
    public double MixUp { get; init; }

    /// <summary>
    /// Pastes a rectangle of another image of the batch over each, and mixes their labels by area; the share comes from a Beta
    /// distribution with this for both parameters. At least 0; 0, never, by default. 1 is usual. Yun et al., "CutMix" (2019),
    /// https://arxiv.org/abs/1905.04899.
    /// </summary>
    public double CutMix { get; init; }

    /// <summary>
    /// Varied views of an image that an epoch shows, one behind the other in the same batch. An epoch has as many images as ever, so that
    /// it shows this part of them, others each time. At least 1, the default, and at most <see cref="TrainingOptions.BatchSize"/>; 3 is
    /// usual for long training. Matters where images are varied, not to cached features. Hoffer et al., "Augment Your Batch" (2019),
    /// https://arxiv.org/abs/1901.09335; sampled as timm's RepeatAugSampler does.
    /// </summary>
    public int Repeats { get; init; } = 1;

    /// <summary>Whether images of a batch are mixed with each other.</summary>
    internal bool IsMixing => MixUp > 0 || CutMix > 0;

    /// <summary>Checks that the options make sense for images of so many channels: colors are mixed of three alone.</summary>
    /// <exception cref="ArgumentException">One does not.</exception>
    internal void ValidateFor(int channels)
    {
        if (channels is 1 or 3)
            return;
        var needed = $"off for images of {channels} channels: it changes colors, which gray and color images have alone";
        Require(Policy == AugmentationPolicy.None, nameof(Policy), Policy, needed);
        Require(Brightness == 0, nameof(Brightness), Brightness, needed);
        Require(Contrast == 0, nameof(Contrast), Contrast, needed);
        Require(Saturation == 0, nameof(Saturation), Saturation, needed);
        Require(Hue == 0, nameof(Hue), Hue, needed);
    }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    internal void Validate()
    {
        Require(MinScale is > 0 and <= 1, nameof(MinScale), MinScale, "above 0 and at most 1");
        Require(MaxScale >= MinScale && MaxScale <= 1, nameof(MaxScale), MaxScale, "at least 'MinScale' and at most 1");
        Require(MaxAspectRatio is >= 1 and < double.PositiveInfinity, nameof(MaxAspectRatio), MaxAspectRatio, "at least 1 and finite");
        Require(Padding >= 0, nameof(Padding), Padding, "at least 0");
        Require(FlipProbability is >= 0 and <= 1, nameof(FlipProbability), FlipProbability, "from 0 to 1");
        Require(VerticalFlipProbability is >= 0 and <= 1, nameof(VerticalFlipProbability), VerticalFlipProbability, "from 0 to 1");
        Require(Enum.IsDefined(Policy), nameof(Policy), (int)Policy, "None, RandAugment or TrivialAugment");
        Require(RandAugmentOperations is >= 1 and <= 14, nameof(RandAugmentOperations), RandAugmentOperations, "from 1 to 14");
        Require(
            RandAugmentMagnitude is >= 0 and <= AugmentationOperations.StrongestLevel, nameof(RandAugmentMagnitude), RandAugmentMagnitude,
            "from 0 to 30");
        Require(Brightness is >= 0 and <= 2, nameof(Brightness), Brightness, "from 0 to 2");
        Require(Contrast is >= 0 and <= 2, nameof(Contrast), Contrast, "from 0 to 2");
        Require(Saturation is >= 0 and <= 2, nameof(Saturation), Saturation, "from 0 to 2");
        Require(Hue is >= 0 and <= 0.5, nameof(Hue), Hue, "from 0 to 0.5");
        Require(Rotation is >= 0 and <= 180, nameof(Rotation), Rotation, "from 0 to 180 degrees");
        Require(ErasingProbability is >= 0 and <= 1, nameof(ErasingProbability), ErasingProbability, "from 0 to 1");
        Require(Repeats >= 1, nameof(Repeats), Repeats, "at least 1");
        Require(MixUp is >= 0 and < double.PositiveInfinity, nameof(MixUp), MixUp, "at least 0 and finite");
        Require(CutMix is >= 0 and < double.PositiveInfinity, nameof(CutMix), CutMix, "at least 0 and finite");
    }
}
