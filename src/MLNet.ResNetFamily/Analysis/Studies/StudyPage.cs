using System.Net;

namespace MLNet.ResNetFamily;

/// <summary>Writes what a study found for people: the plots as SVG, one page with all of it, and the text.</summary>
internal static class StudyPage
{
    public static void Write(Study study, StudyReport report, string folder)
    {
        File.WriteAllText(Path.Combine(folder, "summary.txt"), report.Summary + "\n");
        foreach (var chart in report.Charts)
            File.WriteAllText(Path.Combine(folder, chart.FileName + ".svg"), SvgChart.Render(chart.Chart));
        File.WriteAllText(Path.Combine(folder, "index.html"), Page(study, report));
    }

    private static string Page(Study study, StudyReport report) => $$$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{{Text(study.Name)}}}: a study of residual networks</title>
        <style>
        :root{color-scheme:light dark;--paper:#fff;--ink:#1f2328;--soft:#59636e;--grid:#d8dee4}
        @media(prefers-color-scheme:dark){:root{--paper:#15191f;--ink:#e6edf3;--soft:#9aa5b1;--grid:#343c46}}
        body{margin:2rem auto;padding:0 1rem;max-width:46rem;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
        h1{margin:0;font-size:1.6rem}p.soft{color:var(--soft);margin:.3rem 0}figure{margin:1.5rem 0;border:1px solid var(--grid);border-radius:8px;overflow:hidden}
        svg{display:block;width:100%;height:auto}pre{white-space:pre-wrap;font:inherit;overflow-wrap:anywhere}
        @media print{figure{break-inside:avoid}}
        </style>
        </head>
        <body>
        <main>
        <h1>{{{Text(study.Question)}}}</h1>
        <p class="soft">Study “{{{Text(study.Name)}}}”. {{{Text(study.Paper)}}}</p>
        <p class="soft">Budget: {{{Text(study.Budget)}}}</p>
        <pre>{{{Text(report.Summary)}}}</pre>
        {{{string.Join("\n", report.Charts.Select(chart => $"<figure>{SvgChart.Render(chart.Chart)}</figure>"))}}}
        <p class="soft">All measurements: results.csv beside this page.</p>
        </main>
        </body>
        </html>
        """;

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
