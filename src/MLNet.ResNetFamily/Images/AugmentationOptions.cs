namespace MLNet.ResNetFamily;

/// <summary>
/// How training images are varied: a random part of the picture, stretched a little, is resized to the network's input and, if asked
/// for, sometimes mirrored (Szegedy et al., "Going Deeper with Convolutions" (2014), https://arxiv.org/abs/1409.4842, section 6).
/// </summary>
public sealed record AugmentationOptions
{
    /// <summary>
    /// Probability that an image is mirrored left to right. From 0 to 1; 0 by default, because the sides of letters, digits, signs and
    /// hands mean something. 0.5 suits photographs that could as well be their mirror images.
    /// </summary>
    public double FlipProbability { get; init; }

    /// <summary>
    /// Smallest part of the picture's area that a crop shows. Above 0, at most 1; 0.5 by default. ImageNet's recipes take 0.08, which
    /// suits a million large photographs; of a few hundred pictures, small crops leave too little to learn from.
    /// </summary>
    public double SmallestCrop { get; init; } = 0.5;

    /// <summary>Largest part of the picture's area that a crop shows. At least <see cref="SmallestCrop"/>, at most 1; 1 by default.</summary>
    public double LargestCrop { get; init; } = 1;

    /// <summary>
    /// How far crops may be from square: their width over their height lies between 1 / <see cref="LargestStretch"/> and this. At least 1;
    /// 4/3 by default.
    /// </summary>
    public double LargestStretch { get; init; } = 4.0 / 3;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    internal void Validate()
    {
        Require(FlipProbability is >= 0 and <= 1, nameof(FlipProbability), FlipProbability, "from 0 to 1");
        Require(SmallestCrop is > 0 and <= 1, nameof(SmallestCrop), SmallestCrop, "above 0 and at most 1");
        Require(LargestCrop >= SmallestCrop && LargestCrop <= 1, nameof(LargestCrop), LargestCrop, "at least 'SmallestCrop' and at most 1");
        Require(LargestStretch is >= 1 and < double.PositiveInfinity, nameof(LargestStretch), LargestStretch, "at least 1 and finite");
    }

    private static void Require(bool holds, string option, double found, string needed)
    {
        if (!holds)
            throw new ArgumentException(FormattableString.Invariant($"Option '{option}' is {found}, but it must be {needed}."), option);
    }
}
