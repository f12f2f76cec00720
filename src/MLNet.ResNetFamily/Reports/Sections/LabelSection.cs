namespace MLNet.ResNetFamily;

/// <summary>Each label by itself, where an image may have several.</summary>
internal static class LabelSection
{
    public static ReportSection Write(MultiLabelClassificationMetrics metrics) => new("classes", "Labels", Html.Of($"""
        <p>An image gets a label when its probability reaches the label's threshold. Precision: of the images that got a label, how many
        show it. Recall: of the images that show it, how many got it. F1 is their harmonic mean; average precision is over all
        thresholds.</p>
        <div class="scroll" tabindex="0" role="region" aria-label="Figures of each label">
        <table class="numbers sortable">
        <thead><tr>
        <th scope="col">Label</th><th scope="col">Images</th><th scope="col">Threshold</th>
        <th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th><th scope="col">Average precision</th>
        </tr></thead>
        <tbody>
        {Html.Each(metrics.PerClass, Row)}
        </tbody></table></div>
        """));

    private static Html Row(MultiLabelClassMetrics c) => Html.Of($"""
        <tr><th scope="row">{c.Name}</th><td data-value="{c.Count}">{c.Count:N0}</td>
        <td data-value="{c.Threshold:R}">{c.Threshold:F3}</td>
        <td data-value="{c.Precision:R}">{ShareBar.Write(c.Precision)}</td><td data-value="{c.Recall:R}">{ShareBar.Write(c.Recall)}</td>
        <td data-value="{c.F1:R}">{ShareBar.Write(c.F1)}</td>
        <td data-value="{c.AveragePrecision:R}">{ShareBar.Write(c.AveragePrecision)}</td></tr>
        """);
}
