namespace MLNet.ResNetFamily;

/// <summary>How many images each class has.</summary>
internal static class BalanceSection
{
    public static ReportSection Write(Confusion confusion, IReadOnlyList<int>? training)
    {
        var counts = confusion.Classes.Select(c => c.Count).ToList();
        var (mostTrained, mostMeasured) = (training?.Max() ?? 0, counts.Max());
        var ofTraining = training is null ? Html.Empty : Html.Of($"""<th scope="col">Training images</th>""");
        return new("balance", "Class balance", Html.Of($"""
            <p>{(training is null ? Html.Empty : Html.Of($"Training: {Spread(training)}. "))}Measured on: {Spread(counts)}.</p>
            <div class="scroll" tabindex="0" role="region" aria-label="Images of each class">
            <table class="numbers sortable">
            <thead><tr><th scope="col">Class</th>{ofTraining}<th scope="col">Measured images</th></tr></thead>
            <tbody>
            {Html.Each(confusion.Classes, Row)}
            </tbody></table></div>
            """));

        Html Row(ClassFigures c) =>
            Html.Of($"""
                <tr><th scope="row">{c.Name}</th>{Cell(training, c.Index, mostTrained)}{Cell(counts, c.Index, mostMeasured)}</tr>
                """);
    }

    private static Html Cell(IReadOnlyList<int>? counts, int index, int largest) =>
        counts is null ? Html.Empty : Html.Of($"""<td data-value="{counts[index]}">{ShareBar.Write(counts[index], largest)}</td>""");

    private static string Spread(IReadOnlyList<int> counts) => counts.Min() == counts.Max()
        ? FormattableString.Invariant($"{counts.Sum():N0} images, {counts[0]:N0} of each class")
        : FormattableString.Invariant($"{counts.Sum():N0} images, from {counts.Min():N0} to {counts.Max():N0} of a class");
}
