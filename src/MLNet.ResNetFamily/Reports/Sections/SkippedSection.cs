namespace MLNet.ResNetFamily;

/// <summary>Images that could not be used, and why.</summary>
internal static class SkippedSection
{
    private const int MostRows = 200;

    public static ReportSection Write(IReadOnlyList<BadImage> training, IReadOnlyList<BadImage> measured)
    {
        var all = training.Select(image => (Where: "training", Image: image))
            .Concat(measured.Select(image => (Where: "measuring", Image: image))).ToList();
        var first = all.Count > MostRows ? $"; the first {MostRows} of them" : "";
        return new("skipped", "Skipped files", all.Count == 0 ? Html.Of($"<p>None: every file could be read.</p>") : Html.Of($"""
            <p>{all.Count:N0} {(all.Count == 1 ? "file" : "files")} could not be read{first}:</p>
            <div class="scroll" tabindex="0" role="region" aria-label="Skipped files">
            <table>
            <thead><tr><th scope="col">File</th><th scope="col">Left out of</th><th scope="col">Reason</th></tr></thead>
            <tbody>
            {Html.Each(all.Take(MostRows), Row)}
            </tbody></table></div>
            """));

        static Html Row((string Where, BadImage Image) row) => Html.Of($"""
            <tr><th scope="row" class="path">{row.Image.Origin}</th><td class="where">{row.Where}</td><td>{row.Image.Reason}</td></tr>
            """);
    }
}
