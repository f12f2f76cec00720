namespace MLNet.ResNetFamily;

/// <summary>Trains residual networks whose shortcuts are scaled, gated, convolved or dropped: is the identity the best?</summary>
/// <param name="TrainFolder">Images to learn from: a folder of class folders, such as CIFAR-10.</param>
/// <param name="TestFolder">Images to measure with, with the same classes.</param>
/// <remarks>
/// He et al., "Identity Mappings in Deep Residual Networks" (2016), https://arxiv.org/abs/1603.05027, section 3.1, table 1.
/// </remarks>
public sealed record ShortcutStudy(string TrainFolder, string TestFolder) : TrainedStudy(TrainFolder, TestFolder)
{
    /// <inheritdoc/>
    public override string Name => "shortcuts";

    /// <inheritdoc/>
    public override string Question => "What does it cost to put something on the shortcut of a residual unit?";

    /// <inheritdoc/>
    public override string Paper => "He et al. (2016), https://arxiv.org/abs/1603.05027, table 1: ResNet-110, CIFAR-10";

    private protected override string NetworkInWords => IsFull ? "ResNet-110" : "ResNet-20";

    private protected override (int Images, int Epochs) Reduced => (10_000, 8);

    private protected override int PaperEpochs => 164;

    private protected override IReadOnlyList<StudyVariant> Variants
    {
        get
        {
            var original = CifarNetwork.PreActivation(IsFull) with { Order = ActivationOrder.Original };
            StudyVariant[] forms =
            [
                new("identity", original, 6.61),
                new("scaling 0.5, 0.5", original with { Shortcut = ResNetV2Shortcut.ConstantScaling }, 12.35),
                new("exclusive gating, bias -6", original with { Shortcut = ResNetV2Shortcut.ExclusiveGating }, 8.70),
                new("shortcut-only gating, bias -6", original with { Shortcut = ResNetV2Shortcut.ShortcutOnlyGating }, 6.91),
                new("1x1 convolution", original with { Shortcut = ResNetV2Shortcut.Convolution1x1 }, 12.22),
                new("dropout 0.5", original with { Shortcut = ResNetV2Shortcut.Dropout }, double.NaN),
            ];
            return IsFull
                ? [
                    .. forms,
                    new("scaling 0, 1 (plain)", original with
                    {
                        Shortcut = ResNetV2Shortcut.ConstantScaling,
                        ShortcutScale = 0,
                        BranchScale = 1,
                    }, double.NaN),
                    new("scaling 0.5, 1", original with { Shortcut = ResNetV2Shortcut.ConstantScaling, BranchScale = 1 }, double.NaN),
                    new("exclusive gating, bias 0", original with
                    {
                        Shortcut = ResNetV2Shortcut.ExclusiveGating,
                        GateBias = 0,
                    }, double.NaN),
                    new("exclusive gating, bias -7", original with { Shortcut = ResNetV2Shortcut.ExclusiveGating, GateBias = -7 }, 9.81),
                    new("shortcut-only gating, bias 0", original with
                    {
                        Shortcut = ResNetV2Shortcut.ShortcutOnlyGating,
                        GateBias = 0,
                    }, 12.86),
                ]
                : forms;
        }
    }
}
