namespace MLNet.ResNetFamily;

/// <summary>Each class by itself.</summary>
internal static class ClassSection
{
    public static ReportSection Write(Confusion confusion) => new("classes", "Classes", Html.Of($"""
        <p>Precision: of the images taken for a class, how many show it. Recall: of the images of a class, how many were found.
        F1 is their harmonic mean.</p>
        <div class="scroll" tabindex="0" role="region" aria-label="Figures of each class">
        <table class="numbers sortable">
        <thead><tr>
        <th scope="col">Class</th><th scope="col">Images</th>
        <th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th>
        </tr></thead>
        <tbody>
        {Html.Each(confusion.Classes, Row)}
        </tbody></table></div>
        """));

    private static Html Row(ClassFigures c) => Html.Of($"""
        <tr><th scope="row">{c.Name}</th><td data-value="{c.Count}">{c.Count:N0}</td>
        <td data-value="{c.Precision:R}">{ShareBar.Write(c.Precision)}</td><td data-value="{c.Recall:R}">{ShareBar.Write(c.Recall)}</td>
        <td data-value="{c.F1:R}">{ShareBar.Write(c.F1)}</td></tr>
        """);
}
