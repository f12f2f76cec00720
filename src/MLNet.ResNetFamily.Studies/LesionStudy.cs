using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>
/// Takes blocks out of a trained network, one or several at random, and changes the order of blocks: how much accuracy does it cost?
/// </summary>
/// <param name="Model">
/// The trained classifier; it stays as it is. A network with residual blocks, or a VGG, of which layers are taken out.
/// </param>
/// <param name="ImageFolder">Labeled images: a folder of class folders named like the model's classes.</param>
/// <remarks>Veit, Wilber and Belongie, "Residual Networks Behave Like Ensembles of Relatively Shallow Networks" (2016),
/// https://arxiv.org/abs/1605.06431, section 4.</remarks>
public sealed record LesionStudy(ImageClassifierTransformer Model, string ImageFolder) : ModelStudy(Model, ImageFolder)
{
    private const string Whole = "whole network", One = "one block removed", Several = "blocks removed at random",
        Reordered = "blocks reordered", ChangesShape = " (new shape)";
    private const int MostRemoved = 20, MostSwaps = 24;
    private const double FewPoints = 0.05;

    /// <inheritdoc/>
    public override string Name => "lesion";

    /// <inheritdoc/>
    public override string Question => "How much accuracy does a trained network lose when blocks are taken out or change places?";

    /// <inheritdoc/>
    public override string Paper => "Veit, Wilber, Belongie (2016), https://arxiv.org/abs/1605.06431, section 4, figures 3, 4 and 5";

    private protected override string DrawsInWords => Draws == 1 ? "draw" : "draws";

    private protected override (int Images, int Draws) Reduced => (500, 25);

    private protected override (int Images, int Draws) Full => (0, 30);

    private protected override void Measure(StudyResults results, ImageClassifierNetwork network, StudyImages images)
    {
        var units = RemovableUnit.Of(network);
        if (units.Count < 2)
        {
            throw new InvalidDataException(
                $"'{Model.Backbone.Name}' has no blocks that could be taken out. Use a network with residual blocks, or a VGG.");
        }

        double Accuracy() => images.Accuracy(network, CancellationToken);
        var whole = results.Measure(Whole, "", 0, 0, Accuracy);
        Progress?.Report(string.Create(CultureInfo.InvariantCulture, $"{Whole}: {whole:P2} of {images.Count} images right"));
        for (var i = 0; i < units.Count; i++)
        {
            var accuracy = results.Measure(
                One, units[i].Name + (units[i].KeepsShape ? "" : ChangesShape), i + 1, 0, () => Without([units[i]], Accuracy));
            Progress?.Report(string.Create(CultureInfo.InvariantCulture, $"without {units[i].Name}: {accuracy:P2}"));
        }
        for (var count = 1; count <= Math.Min(MostRemoved, units.Count - 1); count++)
        {
            for (var draw = 0; draw < Draws; draw++)
                results.Measure(Several, $"{count} removed", count, draw, () => Without(Chosen(units, count, draw), Accuracy));
            Progress?.Report(string.Create(
                CultureInfo.InvariantCulture, $"without {count} block{(count == 1 ? "" : "s")}: {Mean(results.Rows, Several, count):P2}"));
        }
        if (BlockOrder.Of(network) is { } order)
        {
            foreach (var swaps in new[] { 1, 2, 4, 8, 16, MostSwaps })
            {
                for (var draw = 0; draw < Draws; draw++)
                {
                    var permutation = order.Shuffled(swaps, Augmentation.RandomFor(Seed, swaps, draw));
                    results.Measure(
                        Reordered, $"{swaps} swaps", BlockOrder.KendallTau(permutation), draw, () => order.With(permutation, Accuracy));
                }
                Progress?.Report($"{swaps} swap{(swaps == 1 ? "" : "s")} of blocks measured");
            }
        }
    }

    private protected override string Summarise(IReadOnlyList<StudyRow> rows)
    {
        var whole = rows.First(row => row.Series == Whole).Value;
        var single = rows.Where(row => row.Series == One).ToList();
        var inner = single.Where(row => !row.Name.EndsWith(ChangesShape, StringComparison.Ordinal)).ToList();
        var shaped = single.Except(inner).ToList();
        string Cost(IEnumerable<StudyRow> some) => some.Any()
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{100 * (whole - some.Max(row => row.Value)):F1} to {100 * (whole - some.Min(row => row.Value)):F1} points, " +
                $"median {100 * (whole - Statistics.Median(some.Select(row => row.Value))):F1}")
            : "none of that kind";
        var several = rows.Where(row => row.Series == Several).GroupBy(row => row.X)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key}: {group.Average(row => row.Value):P1}"));
        var reordered = rows.Where(row => row.Series == Reordered).ToList();
        return string.Join("\n", [
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Model.Backbone.Name}, {Budget}: the whole network classifies {whole:P2} rightly; " +
                $"chance is {1.0 / Model.ClassNames.Count:P1}."),
            $"Taking out one block that keeps the shape costs {Cost(inner)} ({inner.Count(row => whole - row.Value <= FewPoints)} of " +
            $"{inner.Count} cost at most {100 * FewPoints:F0}); one that changes it, {Cost(shaped)}.",
            "The paper (ResNet-110 on CIFAR-10): taking out any one block has little effect, except those that change resolution; " +
            "of VGG, any one layer drops it to chance.",
            $"Taking out blocks at random, mean accuracy by their number: {string.Join(", ", several)}. The paper: " +
            "error rises smoothly from 1 to 20 removed blocks.",
            .. reordered.Count == 0 ? Array.Empty<string>() : [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Reordering blocks: accuracy falls from {reordered.MaxBy(row => row.X)!.Value:P1} at Kendall tau " +
                    $"{reordered.Max(row => row.X):F3} to {reordered.MinBy(row => row.X)!.Value:P1} at {reordered.Min(row => row.X):F3}. " +
                    $"The paper: error rises smoothly as tau falls.")],
        ]);
    }

    private protected override IReadOnlyList<StudyChart> Charts(IReadOnlyList<StudyRow> rows) =>
    [
        StudyChart.Bars(
            "lesion-one", "Accuracy without one block", "removed block, from input to output", "accuracy (%)", rows, One, percent: true,
            reference: rows.First(row => row.Series == Whole).Value),
        StudyChart.Spread(
            "lesion-several", "Accuracy without several random blocks", "removed blocks", "accuracy (%)", rows, [Several], percent: true),
        .. rows.Any(row => row.Series == Reordered)
            ? [StudyChart.Points(
                "lesion-order", "Accuracy after swapping blocks", "Kendall tau (1: original order)", "accuracy (%)", rows, [Reordered],
                percent: true)]
            : Array.Empty<StudyChart>(),
    ];

    private static double Without(IReadOnlyList<RemovableUnit> units, Func<double> measure)
    {
        foreach (var unit in units)
            unit.Remove();
        try
        {
            return measure();
        }
        finally
        {
            foreach (var unit in units)
                unit.Restore();
        }
    }

    private List<RemovableUnit> Chosen(IReadOnlyList<RemovableUnit> units, int count, int draw)
    {
        var shuffled = units.ToArray();
        Augmentation.RandomFor(Seed, count, draw).Shuffle(shuffled);
        return [.. shuffled.Take(count)];
    }

    private static double Mean(IEnumerable<StudyRow> rows, string series, double x) =>
        rows.Where(row => row.Series == series && row.X == x).Average(row => row.Value);
}
