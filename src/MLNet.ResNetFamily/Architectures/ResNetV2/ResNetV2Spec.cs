namespace MLNet.ResNetFamily;

/// <summary>
/// A ResNet-v2 or CIFAR Wide ResNet: residual units with nothing after the addition, and the forms that their paper compares them with.
/// </summary>
/// <param name="Name">Name of the variant.</param>
/// <param name="Block">The residual unit.</param>
/// <param name="Depths">
/// Units of each stage, at least one number of at least 1; each stage after the first halves the maps and doubles the channels.
/// </param>
/// <remarks>
/// He et al., "Identity Mappings in Deep Residual Networks" (2016), https://arxiv.org/abs/1603.05027;
/// Zagoruyko and Komodakis, "Wide Residual Networks" (2016), https://arxiv.org/abs/1605.07146, table 1.
/// </remarks>
public sealed record ResNetV2Spec(string Name, BlockKind Block, params IReadOnlyList<int> Depths) : BackboneSpec(Name)
{
    /// <summary>Channels of the stem, and of the first stage before the two factors. At least 1; 64 by default.</summary>
    public int BaseWidth { get; init; } = 64;

    /// <summary>Factor k by which a Wide ResNet's stages are wider. At least 1; 1 by default.</summary>
    public int WidthFactor { get; init; } = 1;

    /// <summary>The first layers. <see cref="StemKind.ImageNet"/> by default.</summary>
    public StemKind Stem { get; init; } = StemKind.ImageNet;

    /// <summary>Order of batch norm, ReLU, convolution and addition. <see cref="ActivationOrder.FullPreActivation"/> by default.</summary>
    public ActivationOrder Order { get; init; } = ActivationOrder.FullPreActivation;

    /// <summary>What happens on the shortcut. <see cref="ResNetV2Shortcut.Identity"/> by default.</summary>
    public ResNetV2Shortcut Shortcut { get; init; } = ResNetV2Shortcut.Identity;

    /// <summary>
    /// Factor on the shortcut with <see cref="ResNetV2Shortcut.ConstantScaling"/>. 0.5 by default, as in the paper's table 1.
    /// </summary>
    public double ShortcutScale { get; init; } = 0.5;

    /// <summary>
    /// Factor on the branch with <see cref="ResNetV2Shortcut.ConstantScaling"/>. 0.5 by default, as in the paper's table 1; its other case
    /// is 1.
    /// </summary>
    public double BranchScale { get; init; } = 0.5;

    /// <summary>
    /// First bias of the gates: the lower, the more of the shortcut passes. -6 by default, the best of the paper's table 1 for both
    /// gatings.
    /// </summary>
    public double GateBias { get; init; } = -6;

    /// <summary>
    /// Probability of dropping a value of the shortcut with <see cref="ResNetV2Shortcut.Dropout"/>. At least 0, below 1; 0.5 by default.
    /// </summary>
    public double ShortcutDropout { get; init; } = 0.5;

    /// <summary>
    /// Probability of dropping a value before the last convolution of a unit, as Wide ResNets do. At least 0, below 1; 0 by default.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>
    /// Whether a bottleneck that halves the maps does so in its first 1×1 convolution, as the paper's code has it, not in the 3×3. False by
    /// default.
    /// </summary>
    public bool StrideInFirst1x1 { get; init; }

    /// <summary>
    /// Whether the last layer of every branch starts at weight 0, so that each unit starts as its shortcut. False by default.
    /// </summary>
    public bool ZeroInitResidual { get; init; }

    /// <summary>Branches left out at random while training; none by default.</summary>
    public StochasticDepth? StochasticDepth { get; init; }

    /// <inheritdoc/>
    public override string HeadKey { get; init; } = "head.fc";

    /// <inheritdoc/>
    public override string Family => WidthFactor > 1 ? "Wide ResNet" : "ResNet-v2";

    /// <inheritdoc/>
    public override string Paper => WidthFactor > 1 ? Papers.WideResNet : Papers.ResNetV2;

    /// <inheritdoc/>
    public override int FeatureCount => ChannelsOf(Depths.Count - 1);

    /// <inheritdoc/>
    public override int MinimumImageSize => 1;

    // timm's ImageNet networks end in a 1×1 convolution.
    internal override bool HeadIsConvolution => Stem == StemKind.ImageNet;

    internal override double? HeadDeviation => 0.01;

    /// <inheritdoc/>
    public override Backbone Build() => new ResNetV2(this);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(
            Depths.Count >= 1 && Depths.All(depth => depth >= 1), nameof(Depths), $"[{string.Join(", ", Depths)}]",
            "one or more numbers of at least 1");
        RequireDefined(Block);
        RequireDefined(Stem);
        RequireDefined(Order);
        RequireDefined(Shortcut);
        Require(BaseWidth >= 1, nameof(BaseWidth), BaseWidth, "at least 1");
        Require(WidthFactor >= 1, nameof(WidthFactor), WidthFactor, "at least 1");
        Require(double.IsFinite(ShortcutScale), nameof(ShortcutScale), ShortcutScale, "a finite number");
        Require(double.IsFinite(BranchScale), nameof(BranchScale), BranchScale, "a finite number");
        Require(double.IsFinite(GateBias), nameof(GateBias), GateBias, "a finite number");
        Require(ShortcutDropout is >= 0 and < 1, nameof(ShortcutDropout), ShortcutDropout, "at least 0 and below 1");
        Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "at least 0 and below 1");
        RequireValid(StochasticDepth);
    }

    internal int ChannelsOf(int stage) => BranchWidthOf(stage) * (Block == BlockKind.Bottleneck ? 4 : 1);

    internal int BranchWidthOf(int stage) => (BaseWidth << stage) * WidthFactor;
}
