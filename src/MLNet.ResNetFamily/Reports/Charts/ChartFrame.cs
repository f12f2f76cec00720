namespace MLNet.ResNetFamily;

/// <summary>The axes of a chart as inline SVG, and where values stand in it. Small, so that its letters can be read on a phone.</summary>
internal sealed class ChartFrame(ChartAxis across, ChartAxis up)
{
    private const double Width = 380, Height = 260;
    private const double Left = 58, Right = 366, Top = 14, Bottom = 208;

    public double X(double value) => Left + across.Place(value) * (Right - Left);

    public double Y(double value) => Bottom - up.Place(value) * (Bottom - Top);

    /// <summary>The chart.</summary>
    /// <param name="description">What the chart shows, for those who do not see it.</param>
    /// <param name="content">What is drawn between the axes.</param>
    public Html Draw(string description, Html content) => Html.Of($"""
        <svg class="chart" viewBox="0 0 {Width} {Height}" role="img" aria-label="{description}">
        {Html.Each(up.Marks, mark => Html.Of($"""<line class="grid" x1="{Left}" x2="{Right}" y1="{Y(mark):F1}" y2="{Y(mark):F1}"/><text class="mark" text-anchor="end" x="{Left - 6}" y="{Y(mark) + 4:F1}">{Text(mark, up)}</text>"""))}
        {Html.Each(across.Marks, mark => Html.Of($"""<line class="tick" x1="{X(mark):F1}" x2="{X(mark):F1}" y1="{Bottom}" y2="{Bottom + 4}"/><text class="mark" text-anchor="middle" x="{X(mark):F1}" y="{Bottom + 18}">{Text(mark, across)}</text>"""))}
        <line class="axis" x1="{Left}" x2="{Right}" y1="{Bottom}" y2="{Bottom}"/>
        <text class="name" text-anchor="middle" x="{(Left + Right) / 2:F1}" y="{Height - 12}">{across.Name}</text>
        <text class="name" text-anchor="middle" transform="translate(14 {(Top + Bottom) / 2:F1}) rotate(-90)">{up.Name}</text>
        {content}
        </svg>
        """);

    private static string Text(double mark, ChartAxis axis) => mark.ToString(axis.Format, System.Globalization.CultureInfo.InvariantCulture);
}
