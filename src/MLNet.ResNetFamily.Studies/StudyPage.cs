namespace MLNet.ResNetFamily;

/// <summary>Writes what a study found for people: the plots as SVG, one page with all of it, and the text.</summary>
internal static class StudyPage
{
    public static void Write(Study study, StudyReport report, string folder)
    {
        File.WriteAllText(Path.Combine(folder, "summary.txt"), report.Summary + "\n");
        foreach (var chart in report.Charts)
            File.WriteAllText(Path.Combine(folder, chart.FileName + ".svg"), SvgChart.Render(chart.Chart));
        File.WriteAllText(Path.Combine(folder, "index.html"), Page(study, report).ToString());
    }

    private static Html Page(Study study, StudyReport report) => ReportPage.Of(
        $"Study of residual networks: {study.Name}", study.Question, $"{study.Paper}. Budget: {study.Budget}.", Html.Empty,
        [
            new("findings", "What was measured", Html.Of($"""<pre class="findings">{report.Summary}</pre>""")),
            new("plots", "Plots", Html.Of($"""<div class="plots">{Html.Each(report.Charts, chart => SvgChart.Draw(chart.Chart))}</div>""")),
            new("data", "Data", Html.Of(
                $"""<p>All measurements stand in results.csv, and each plot in an SVG file, beside this page.</p>""")),
        ]);
}
