using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>
/// Compares networks of equal cost with more and more groups: costs of the paper's networks, and trained small counterparts.
/// </summary>
/// <param name="TrainFolder">Images to learn from: a folder of class folders, such as CIFAR-10.</param>
/// <param name="TestFolder">Images to measure with, with the same classes.</param>
/// <remarks>
/// Xie et al., "Aggregated Residual Transformations for Deep Neural Networks" (2016), https://arxiv.org/abs/1611.05431, section 5.1, tables
/// 3 and 4.
/// </remarks>
public sealed record CardinalityStudy(string TrainFolder, string TestFolder) : TrainedStudy(TrainFolder, TestFolder)
{
    private const string Parameters = "parameters", MultiplyAdds = "multiply-adds";

    private static readonly (int Cardinality, int Width, double PaperError)[] Grid =
        [(1, 64, 23.9), (2, 40, 23.0), (4, 24, 22.6), (8, 14, 22.3), (32, 4, 22.2)];

    // Table 3 keeps the cost of a ResNet; table 4 doubles it.
    private static readonly (BackboneSpec Spec, double PaperError)[] Table3 =
    [
        (Backbones.ResNet50, 23.9), (Backbones.ResNeXt50_2x40d, 23.0), (Backbones.ResNeXt50_4x24d, 22.6), (Backbones.ResNeXt50_8x14d, 22.3),
        (Backbones.ResNeXt50_32x4d, 22.2),
        (Backbones.ResNet101, 22.0), (Backbones.ResNeXt101_2x40d, 21.7), (Backbones.ResNeXt101_4x24d, 21.4),
        (Backbones.ResNeXt101_8x14d, 21.3), (Backbones.ResNeXt101_32x4d, 21.2),
    ];

    private static readonly (BackboneSpec Spec, double PaperError)[] Table4 =
        [
            (Backbones.ResNet200, 21.7), (Backbones.ResNet101_1x100d, 21.3), (Backbones.ResNeXt101_2x64d, 20.7),
            (Backbones.ResNeXt101_64x4d, 20.4),
        ];

    /// <inheritdoc/>
    public override string Name => "cardinality";

    /// <inheritdoc/>
    public override string Question => "At equal cost, do more groups make a better network?";

    /// <inheritdoc/>
    public override string Paper => "Xie et al. (2016), https://arxiv.org/abs/1611.05431, tables 3 and 4: ImageNet-1k";

    private protected override string NetworkInWords => IsFull ? "networks of 29 layers for CIFAR" : "networks of 11 layers for CIFAR";

    private protected override (int Images, int Epochs) Reduced => (2_500, 5);

    private protected override int PaperEpochs => 300;

    private protected override double PaperWeightDecay => 0.0005;

    private protected override IReadOnlyList<StudyVariant> Variants => [.. Grid.Select(entry => new StudyVariant(
        FormattableString.Invariant($"{entry.Cardinality}x{entry.Width}d"),
        Backbones.ResNeXt29_32x4dCifar with
        {
            Name = FormattableString.Invariant($"resnext_{entry.Cardinality}x{entry.Width}d_cifar"),
            Depths = IsFull ? [3, 3, 3] : [1, 1, 1],
            Groups = entry.Cardinality,
            GroupWidth = entry.Width,
        },
        entry.PaperError))];

    private protected override void Measure(StudyResults results)
    {
        foreach (var (index, (spec, _)) in Table3.Concat(Table4).Index())
        {
            var cost = NetworkSummary.CostOf(spec);
            results.Measure(Parameters, spec.Name, index, 0, () => cost.Parameters);
            results.Measure(MultiplyAdds, spec.Name, index, 0, () => cost.MultiplyAdds);
        }
        base.Measure(results);
    }

    private protected override string Summarise(IReadOnlyList<StudyRow> rows)
    {
        var costs = Table3.Concat(Table4).Select(entry => string.Create(
            CultureInfo.InvariantCulture,
            $"  {entry.Spec.Name}: {MeanOf(rows, Parameters, entry.Spec.Name) / 1e6:F1} M parameters, " +
            $"{MeanOf(rows, MultiplyAdds, entry.Spec.Name) / 1e9:F1} G multiply-adds; paper's top-1 error {entry.PaperError:F1} %"));
        return "The paper's networks (by its own count about 25 M and 4.1 G for 50 layers, 44 M and 7.8 G for " +
            $"101):\n{string.Join("\n", costs)}\nTheir small counterparts, trained here:\n{base.Summarise(rows)}";
    }

    private protected override IReadOnlyList<StudyChart> Charts(IReadOnlyList<StudyRow> rows) =>
    [
        .. base.Charts(rows),
        StudyChart.Bars(
            "cardinality-parameters", "Parameters of the paper's networks", "network", "parameters (millions)", Scaled(rows, 1e-6),
            Parameters),
        StudyChart.Bars(
            "cardinality-macs", "Multiply-adds of the paper's networks", "network", "multiply-adds (billions)", Scaled(rows, 1e-9),
            MultiplyAdds),
    ];

    private static List<StudyRow> Scaled(IEnumerable<StudyRow> rows, double factor) =>
        [.. rows.Select(row => row with { Value = row.Value * factor })];
}
