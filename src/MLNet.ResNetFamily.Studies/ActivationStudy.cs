namespace MLNet.ResNetFamily;

/// <summary>Trains residual networks with batch norm and ReLU in the five orders that the paper compares.</summary>
/// <param name="TrainFolder">Images to learn from: a folder of class folders, such as CIFAR-10.</param>
/// <param name="TestFolder">Images to measure with, with the same classes.</param>
/// <remarks>
/// He et al., "Identity Mappings in Deep Residual Networks" (2016), https://arxiv.org/abs/1603.05027, section 4, table 2.
/// </remarks>
public sealed record ActivationStudy(string TrainFolder, string TestFolder) : TrainedStudy(TrainFolder, TestFolder)
{
    /// <inheritdoc/>
    public override string Name => "activations";

    /// <inheritdoc/>
    public override string Question => "Where should batch norm and ReLU sit in a residual unit?";

    /// <inheritdoc/>
    public override string Paper => "He et al. (2016), https://arxiv.org/abs/1603.05027, table 2: ResNet-110, CIFAR-10";

    private protected override string NetworkInWords => IsFull ? "ResNet-110" : "ResNet-20";

    private protected override (int Images, int Epochs) Reduced => (10_000, 10);

    private protected override int PaperEpochs => 164;

    private protected override IReadOnlyList<StudyVariant> Variants =>
    [
        Variant("original", ActivationOrder.Original, 6.61),
        Variant("BN after addition", ActivationOrder.BatchNormAfterAddition, 8.17),
        Variant("ReLU before addition", ActivationOrder.ReluBeforeAddition, 7.84),
        Variant("ReLU-only pre-activation", ActivationOrder.ReluOnlyPreActivation, 6.71),
        Variant("full pre-activation", ActivationOrder.FullPreActivation, 6.37),
    ];

    private StudyVariant Variant(string label, ActivationOrder order, double paperError) =>
        new(label, CifarNetwork.PreActivation(IsFull) with { Order = order }, paperError);
}
