namespace MLNet.ResNetFamily;

/// <summary>A DenseNet: every layer sees the maps of all layers before it in its block.</summary>
/// <param name="Name">Name of the variant.</param>
/// <param name="GrowthRate">Channels k that each layer adds. At least 1.</param>
/// <param name="Depths">Layers of each block, at least one number of at least 1; between blocks the maps are halved.</param>
/// <remarks>Huang et al., "Densely Connected Convolutional Networks" (2016), https://arxiv.org/abs/1608.06993, table 1.</remarks>
public sealed record DenseNetSpec(string Name, int GrowthRate, params IReadOnlyList<int> Depths) : BackboneSpec(Name)
{
    /// <summary>Channels of the first convolution. At least 1; twice the growth rate when null, the default.</summary>
    public int? StemChannels { get; init; }

    /// <summary>The first layers. <see cref="StemKind.ImageNet"/> by default.</summary>
    public StemKind Stem { get; init; } = StemKind.ImageNet;

    /// <summary>Share θ of the channels that a transition between blocks keeps. Above 0, at most 1; 0.5 by default.</summary>
    public double Compression { get; init; } = 0.5;

    /// <summary>Whether each 3×3 convolution follows a 1×1 convolution to 4k channels ("DenseNet-B"). True by default.</summary>
    public bool Bottleneck { get; init; } = true;

    /// <summary>
    /// Probability of dropping a value after each layer while training. At least 0, below 1; 0 by default, 0.2 in the paper without data
    /// augmentation.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>Whether training recomputes concatenations and their batch norms in the backward pass instead of keeping them:
    /// the same numbers with less memory and more time. False by default.</summary>
    /// <remarks>Pleiss et al., "Memory-Efficient Implementation of DenseNets" (2017), https://arxiv.org/abs/1707.06990.</remarks>
    public bool MemoryEfficient { get; init; }

    /// <inheritdoc/>
    public override string HeadKey { get; init; } = "classifier";

    /// <inheritdoc/>
    public override string Family => "DenseNet";

    /// <inheritdoc/>
    public override string Paper => Papers.DenseNet;

    /// <inheritdoc/>
    public override int FeatureCount => Depths.Select((depth, block) => (depth, block)).Aggregate(FirstChannels,
        (channels, next) => (next.block == 0 ? channels : Compressed(channels)) + next.depth * GrowthRate);

    // Each transition halves the maps, rounding down, so that the last one needs two positions; the ImageNet stem halves twice, rounding
    // up.
    /// <inheritdoc/>
    public override int MinimumImageSize => Stem == StemKind.Cifar ? 1 << (Depths.Count - 1) : 4 * ((1 << (Depths.Count - 1)) - 1) + 1;

    /// <inheritdoc/>
    public override Backbone Build() => new DenseNet(this);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        RequireDefined(Stem);
        Require(GrowthRate >= 1, nameof(GrowthRate), GrowthRate, "at least 1");
        Require(
            Depths.Count >= 1 && Depths.All(depth => depth >= 1), nameof(Depths), $"[{string.Join(", ", Depths)}]",
            "one or more numbers of at least 1");
        Require(FirstChannels >= 1, nameof(StemChannels), StemChannels, "at least 1");
        Require(
            Compression is > 0 and <= 1 && Compressed(FirstChannels) >= 1, nameof(Compression), Compression,
            "above 0 and at most 1, and leave at least one channel");
        Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "at least 0 and below 1");
    }

    internal int FirstChannels => StemChannels ?? 2 * GrowthRate;

    internal int Compressed(int channels) => (int)(channels * Compression);
}
