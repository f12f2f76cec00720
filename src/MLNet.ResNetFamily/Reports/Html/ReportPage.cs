namespace MLNet.ResNetFamily;

/// <summary>Puts sections into one page that needs nothing beside itself.</summary>
internal static class ReportPage
{
    public static Html Of(string kind, string title, string subtitle, Html headline, IReadOnlyList<ReportSection> sections) => Html.Of($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="MLNet.ResNetFamily">
        <title>{title}</title>
        <link rel="icon" href="data:,">
        <style>
        {Html.Trusted(Resource("report.css"))}
        </style>
        </head>
        <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="page">
        <p class="eyebrow">{kind}</p>
        <h1>{title}</h1>
        <p class="subtitle">{subtitle}</p>
        {headline}
        <nav aria-label="Sections"><ul>
        {Html.Each(sections, section => Html.Of($"""<li><a href="#{section.Id}">{section.Title}</a></li>"""))}
        </ul></nav>
        </header>
        <main id="content" tabindex="-1">
        {Html.Each(sections, Section)}
        </main>
        <footer><p>Written by MLNet.ResNetFamily {LibraryVersion.Text}. This page is self-contained: it loads nothing and
        sends nothing.</p></footer>
        <script>
        {Html.Trusted(Resource("report.js"))}
        </script>
        </body>
        </html>

        """);

    private static Html Section(ReportSection section) => Html.Of($"""
        <section id="{section.Id}" aria-labelledby="{section.Id}-title">
        <h2 id="{section.Id}-title">{section.Title}</h2>
        {section.Content}
        </section>
        """);

    private static string Resource(string name)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
