namespace MLNet.ResNetFamily;

/// <summary>A ResNet, ResNeXt or Wide ResNet: residual blocks whose ReLU comes after the addition.</summary>
/// <param name="Name">Name of the variant.</param>
/// <param name="Block">The residual block.</param>
/// <param name="Depths">
/// Blocks of each stage, one to four numbers of at least 1; each stage after the first halves the maps and doubles the channels.
/// </param>
/// <remarks>
/// He et al., "Deep Residual Learning for Image Recognition" (2015), https://arxiv.org/abs/1512.03385, table 1;
/// Xie et al., "Aggregated Residual Transformations for Deep Neural Networks" (2016), https://arxiv.org/abs/1611.05431, table 1;
/// Zagoruyko and Komodakis, "Wide Residual Networks" (2016), https://arxiv.org/abs/1605.07146.
/// </remarks>
public sealed record ResNetSpec(string Name, BlockKind Block, params IReadOnlyList<int> Depths) : BackboneSpec(Name)
{
    /// <summary>
    /// Groups of the 3×3 convolutions: the cardinality of ResNeXt. At least 1; 1 by default. Bottleneck blocks only, when above 1.
    /// </summary>
    public int Groups { get; init; } = 1;

    /// <summary>Channels of each group in a first stage of 64 channels; others in proportion. At least 1; 64 by default.</summary>
    public int GroupWidth { get; init; } = 64;

    /// <summary>
    /// Which of the equivalent forms a block with groups has. <see cref="AggregationForm.GroupedConvolution"/> by default.
    /// </summary>
    public AggregationForm Form { get; init; } = AggregationForm.GroupedConvolution;

    /// <summary>
    /// Channels of the stem and of the first stage, before <see cref="BlockKind.Bottleneck"/> multiplies by four. At least 1; 64 by
    /// default.
    /// </summary>
    public int BaseWidth { get; init; } = 64;

    /// <summary>The first layers. <see cref="StemKind.ImageNet"/> by default.</summary>
    public StemKind Stem { get; init; } = StemKind.ImageNet;

    /// <summary>What shortcuts do. <see cref="ResNetShortcut.Projection"/> by default.</summary>
    public ResNetShortcut Shortcut { get; init; } = ResNetShortcut.Projection;

    /// <summary>
    /// Whether a bottleneck that halves the maps does so in its first 1×1 convolution, as the paper has it, not in the 3×3. False by
    /// default.
    /// </summary>
    public bool StrideInFirst1x1 { get; init; }

    /// <summary>
    /// Whether the last batch norm of every branch starts at weight 0, so that each block starts as its shortcut. False by default.
    /// </summary>
    /// <remarks>Goyal et al., "Accurate, Large Minibatch SGD" (2017), https://arxiv.org/abs/1706.02677, section 5.1.</remarks>
    public bool ZeroInitResidual { get; init; }

    /// <summary>Branches left out at random while training; none by default.</summary>
    public StochasticDepth? StochasticDepth { get; init; }

    /// <inheritdoc/>
    public override string Family => Groups > 1 ? "ResNeXt" : GroupWidth != 64 ? "Wide ResNet" : "ResNet";

    /// <inheritdoc/>
    public override string Paper => Groups > 1 ? Papers.ResNeXt : GroupWidth != 64 ? Papers.WideResNet : Papers.ResNet;

    /// <inheritdoc/>
    public override int FeatureCount => ChannelsOf(Depths.Count - 1);

    /// <inheritdoc/>
    public override int MinimumImageSize => 1;

    internal override bool KeepsMkldnnLayout => Shortcut != ResNetShortcut.ZeroPadding && Form == AggregationForm.GroupedConvolution;

    /// <inheritdoc/>
    public override Backbone Build() => new ResNet(this);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(
            Depths.Count is >= 1 and <= 4 && Depths.All(depth => depth >= 1), nameof(Depths), $"[{string.Join(", ", Depths)}]",
            "one to four numbers of at least 1");
        RequireDefined(Block);
        RequireDefined(Form);
        RequireDefined(Stem);
        RequireDefined(Shortcut);
        Require(Groups >= 1, nameof(Groups), Groups, "at least 1");
        Require(Groups == 1 || Block == BlockKind.Bottleneck, nameof(Groups), Groups, "1 for basic blocks");
        Require(
            Form == AggregationForm.GroupedConvolution || Block == BlockKind.Bottleneck, nameof(Form), Form,
            "GroupedConvolution for basic blocks");
        Require(BaseWidth >= 1, nameof(BaseWidth), BaseWidth, "at least 1");
        Require(
            BranchWidthOf(0) >= Groups, nameof(GroupWidth), GroupWidth,
            $"large enough for a channel in each group at BaseWidth {BaseWidth}");
        RequireValid(StochasticDepth);
        Require(
            Shortcut != ResNetShortcut.None || StochasticDepth is null, nameof(StochasticDepth), StochasticDepth,
            "null in a plain network, which has no shortcut that could go on alone");
        Require(
            Shortcut != ResNetShortcut.None || !ZeroInitResidual, nameof(ZeroInitResidual), ZeroInitResidual,
            "false in a plain network, which would start as zero");
    }

    internal int ChannelsOf(int stage) => (BaseWidth << stage) * (Block == BlockKind.Bottleneck ? 4 : 1);

    internal int BranchWidthOf(int stage) => (int)((BaseWidth << stage) * (GroupWidth / 64.0)) * Groups;
}
