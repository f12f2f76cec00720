using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>Sets the accuracy of networks against their parameters and multiply-adds.</summary>
/// <remarks>Huang et al., "Densely Connected Convolutional Networks" (2016), https://arxiv.org/abs/1608.06993, figure 3.</remarks>
public sealed record EfficiencyStudy : Study
{
    private const string Published = "published", Measured = "measured here";
    private const string ByParameters = "by parameters", ByMultiplyAdds = "by multiply-adds";

    /// <summary>
    /// The networks, to which those of <see cref="Runs"/> are added; by default all rows of <see cref="Backbones"/> with published ImageNet
    /// weights.
    /// </summary>
    public IReadOnlyList<BackboneSpec> Networks { get; init; } =
        [.. Backbones.All.Where(spec => spec.PublishedClassCount == 1000 && PublishedAccuracy(spec) is not null)];

    /// <summary>Accuracies of one's own runs, 0 to 1, by the name of the network. None by default.</summary>
    public IReadOnlyDictionary<string, double> Runs { get; init; } = new Dictionary<string, double>();

    /// <inheritdoc/>
    public override string Name => "efficiency";

    /// <inheritdoc/>
    public override string Question => "How much accuracy does a network give for its parameters and for its computation?";

    /// <inheritdoc/>
    public override string Paper => "Huang et al. (2016), https://arxiv.org/abs/1608.06993, figure 3";

    /// <inheritdoc/>
    public override string Budget =>
        $"{Compared.Count} networks; accuracies as published with the best permissive weights, and {Runs.Count} " +
        "measured; nothing is trained";

    private IReadOnlyList<BackboneSpec> Compared => [.. Networks.UnionBy(Runs.Keys.Select(Backbones.Named), spec => spec.Name)];

    private protected override string Settings =>
        $"{string.Join(" ", Compared.Select(spec => spec.Name))}; " +
        $"{string.Join(" ", Runs.Select(run => FormattableString.Invariant($"{run.Key}={run.Value:R}")))}";

    private protected override void Measure(StudyResults results)
    {
        foreach (var spec in Compared)
        {
            CancellationToken.ThrowIfCancellationRequested();
            var cost = NetworkSummary.CostOf(spec);
            foreach (var (source, accuracy) in new[] { (Published, PublishedAccuracy(spec)), (Measured,
                Runs.TryGetValue(spec.Name, out var run) ? run : null) })
            {
                if (accuracy is not { } value)
                    continue;
                results.Measure($"{source}, {ByParameters}", spec.Name, cost.Parameters / 1e6, 0, () => value);
                results.Measure($"{source}, {ByMultiplyAdds}", spec.Name, cost.MultiplyAdds / 1e9, 0, () => value);
            }
        }
    }

    private protected override string Summarise(IReadOnlyList<StudyRow> rows) => string.Join("\n",
        rows.Where(row => row.Series.EndsWith(ByParameters, StringComparison.Ordinal)).OrderBy(row => row.X).Select(row => string.Create(
            CultureInfo.InvariantCulture,
            $"  {row.Name}: {row.X:F1} M parameters, " +
            $"{rows.First(other => other.Name == row.Name && other.Series.EndsWith(ByMultiplyAdds, StringComparison.Ordinal)).X:F1} G " +
            $"multiply-adds, top-1 {row.Value:P1} ({row.Series.Split(',')[0]})"))
        .Prepend($"{Budget}.")
        .Concat(Compared.Where(spec => rows.All(row => row.Name != spec.Name))
            .Select(spec => $"  {spec.Name}: left out, because no ImageNet accuracy of it is published; measure one and give it."))
        .Append(
            "The paper, with its own training: DenseNet-201 with 20 M parameters is as good as a ResNet with more than 40 M, " +
            "and a DenseNet as costly as ResNet-50 as good as ResNet-101. Newer training recipes for ResNets moved them since."));

    private protected override IReadOnlyList<StudyChart> Charts(IReadOnlyList<StudyRow> rows) =>
    [
        Chart("efficiency-parameters", "Accuracy against parameters", "parameters (millions)", rows, ByParameters),
        Chart("efficiency-macs", "Accuracy against multiply-adds", "multiply-adds (billions)", rows, ByMultiplyAdds),
    ];

    private static StudyChart Chart(string name, string title, string x, IReadOnlyList<StudyRow> rows, string by) => StudyChart.Points(
        name, title, x, "ImageNet top-1 accuracy (%)", rows, [$"{Published}, {by}", $"{Measured}, {by}"], percent: true, named: true);

    private static double? PublishedAccuracy(BackboneSpec spec) =>
        PretrainedWeights.All.Where(row => row.Backbone == spec.Name && !row.IsNonCommercial).Max(row => (double?)row.Top1 / 100);
}
