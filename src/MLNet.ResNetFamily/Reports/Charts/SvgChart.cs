using System.Globalization;
using System.Net;
using System.Text;

namespace MLNet.ResNetFamily;

/// <summary>
/// Draws a <see cref="Chart"/> as SVG that stands alone or inside a page, in light and dark, in colors that color-blind people tell apart
/// (Okabe and Ito, https://jfly.uni-koeln.de/color/) and with symbols that differ as well.
/// </summary>
internal sealed class SvgChart
{
    private const int Left = 66, Right = 16, Top = 40, LegendLine = 18;
    private const int MostSymbols = 40;
    private const int MostLetters = 32, NameAngle = 50;
    private const double LetterWidth = 6.4;

    /// <summary>How many series differ in colour and symbol.</summary>
    public static int KindCount => Shapes.Length;

    private static readonly string[] Shapes =
    [
        "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0", "M-4,-4h8v8h-8z", "M0,-5l5,9h-10z", "M0,-5l5,5l-5,5l-5,-5z", "M0,5l5,-9h-10z",
        "M-4,-1h3v-3h2v3h3v2h-3v3h-2v-3h-3z",
    ];

    private readonly StringBuilder _svg = new();
    private readonly Chart _chart;
    private readonly ChartScale _x, _y;
    private readonly int _top, _bottom;
    private readonly bool _namesFit;
    private readonly List<(double X, double Y, double Width)> _written = [];

    private SvgChart(Chart chart)
    {
        _chart = chart;
        var legendLines = chart.Series.Count > 1 ? 1 : 0;
        _top = Top + legendLines * LegendLine;
        var longestName = chart.Categories?.Select(name => name.Length).DefaultIfEmpty().Max() ?? 0;
        _namesFit = longestName * LetterWidth * (chart.Categories?.Count ?? 0) < Width - Left - Right;
        _bottom = _namesFit ? 58 : 34 + (int)(Math.Sin(NameAngle * Math.PI / 180) * LetterWidth * Math.Min(longestName, MostLetters));
        var points = chart.Series.SelectMany(series => series.Points).ToList();
        _x = chart.Categories is { } categories
            ? new([], Left, Width - Right, range: (-0.5, categories.Count - 0.5))
            : new(points.Select(point => point.X), Left, Width - Right, range: chart.XRange);
        var values = points.SelectMany(point => new[] { point.Y, point.Low ?? point.Y, point.High ?? point.Y });
        if ((chart.StartsAtZero || chart.Series.Any(series => series.Mark == ChartMark.Bars)) && !chart.IsLogarithmic)
            values = values.Append(0);
        if (chart.Reference is { } reference)
            values = values.Append(reference.Y);
        _y = new(values, Height - _bottom, _top, chart.IsLogarithmic, chart.YRange);
    }

    private int Width => _chart.Size.Width;

    private int Height => _chart.Size.Height;

    /// <summary>The image as an svg element.</summary>
    public static string Render(Chart chart) => new SvgChart(chart).Draw();

    /// <summary>The image as a figure of a page.</summary>
    public static Html Draw(Chart chart) => Html.Of($"""<figure class="chart">{Html.Trusted(Render(chart))}</figure>""");

    private string Draw()
    {
        _svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {Width} {Height}" role="img"
            aria-label="{Text(_chart.Description ?? _chart.Title)}">
            <style>{Style}</style>
            <rect class="paper" width="{Width}" height="{Height}"/>
            <text class="title" x="{Left}" y="22">{Text(_chart.Title)}</text>
            """);
        DrawAxes();
        if (_chart.Series.Count > 1)
            DrawLegend();
        foreach (var (index, series) in _chart.Series.Index())
            DrawSeries(series, index);
        if (_chart.Reference is { } reference)
            DrawReference(reference.Y, reference.Name);
        foreach (var series in _chart.Series)
            DrawLabels(series);
        return _svg.Append("\n</svg>").ToString();
    }

    private void DrawAxes()
    {
        foreach (var tick in _y.Ticks)
        {
            Line("grid", Left, _y.Place(tick), Width - Right, _y.Place(tick));
            Write("tick end", Left - 8, _y.Place(tick) + 4, Number(tick));
        }
        var axis = Height - _bottom;
        if (_chart.Categories is { } categories)
        {
            foreach (var (index, name) in categories.Index())
            {
                if (_namesFit)
                    Write("tick middle", _x.Place(index), axis + 18, name);
                else
                {
                    _svg.Append(
                        CultureInfo.InvariantCulture,
                        $"\n<text class=\"tick end\" transform=\"translate({_x.Place(index) + 4:F1},{axis + 12}) " +
                        $"rotate({-NameAngle})\">{Text(Shortened(name))}</text>");
                }
            }
        }
        else
        {
            foreach (var tick in _x.Ticks)
            {
                Line("grid", _x.Place(tick), axis, _x.Place(tick), axis + 5);
                Write("tick middle", _x.Place(tick), axis + 18, Number(tick));
            }
        }
        Line("axis", Left, axis, Width - Right, axis);
        Write("name middle", (Left + Width - Right) / 2.0, Height - 10, _chart.XAxis);
        _svg.Append(
            CultureInfo.InvariantCulture,
            $"\n<text class=\"name middle\" transform=\"translate(14,{(_top + axis) / 2}) rotate(-90)\">{Text(_chart.YAxis)}</text>");
    }

    private void DrawLegend()
    {
        double x = Left;
        foreach (var (index, series) in _chart.Series.Index())
        {
            if (series.Mark == ChartMark.Guide)
                Line("guide", x - 4, Top - 4, x + 14, Top - 4);
            else
                Symbol(index, x + 5, Top - 4);
            Write("tick", x + 18, Top, series.Name);
            x += 34 + 6.2 * series.Name.Length;
        }
    }

    private void DrawSeries(ChartSeries series, int index)
    {
        var points = series.Points.Where(IsDrawn).ToList();
        if (series.Mark == ChartMark.Guide)
        {
            foreach (var (from, to) in points.Zip(points.Skip(1)))
                Line("guide", _x.Place(from.X), _y.Place(from.Y), _x.Place(to.X), _y.Place(to.Y));
            return;
        }
        if (series.Mark == ChartMark.Line)
        {
            DrawLine(points, index);
            if (points.Count > MostSymbols)
                return;
        }
        var barCount = _chart.Series.Count(other => other.Mark == ChartMark.Bars);
        foreach (var point in points)
        {
            if (series.Mark == ChartMark.Bars)
                DrawBar(point, index, barCount);
            else
                Symbol(index, _x.Place(point.X), _y.Place(point.Y), Tip(series, point));
            if (series.Mark != ChartMark.Line && point is { Low: { } low, High: { } high } && low < high)
                Line("spread", _x.Place(point.X), _y.Place(low), _x.Place(point.X), _y.Place(high));
        }
    }

    private void DrawLine(List<ChartPoint> points, int index)
    {
        if (points.Any(point => point.Low < point.High))
        {
            var upper = points.Select(point => Pair(point.X, point.High ?? point.Y));
            var lower = points.AsEnumerable().Reverse().Select(point => Pair(point.X, point.Low ?? point.Y));
            _svg.Append(
                CultureInfo.InvariantCulture,
                $"\n<polygon class=\"band c{index % Shapes.Length}\" points=\"{string.Join(" ", upper.Concat(lower))}\"/>");
        }
        _svg.Append(
            CultureInfo.InvariantCulture,
            $"\n<polyline class=\"line c{index % Shapes.Length}\" " +
            $"points=\"{string.Join(" ", points.Select(point => Pair(point.X, point.Y)))}\"/>");

        string Pair(double x, double y) => string.Create(CultureInfo.InvariantCulture, $"{_x.Place(x):F1},{_y.Place(y):F1}");
    }

    private void DrawBar(ChartPoint point, int index, int barCount)
    {
        double[] places = [.. _chart.Series[index].Points.Select(other => other.X).Order()];
        var room = _chart.Categories is { } categories
            ? (Width - Left - Right) / (double)categories.Count
            : _x.Place(places.Zip(places.Skip(1), (left, right) => right - left).DefaultIfEmpty(1).Min()) - _x.Place(0);
        var width = Math.Clamp(room * 0.75 / barCount, 1, 60);
        var x = _x.Place(point.X) + width * (index - barCount / 2.0);
        var (top, floor) = (_y.Place(point.Y), _y.Place(Math.Max(0, _y.Lowest)));
        _svg.Append(
            CultureInfo.InvariantCulture,
            $"\n<rect class=\"fill c{index % Shapes.Length}\" x=\"{x:F1}\" y=\"{Math.Min(top, floor):F1}\" width=\"{width:F1}\" " +
            $"height=\"{Math.Abs(floor - top):F1}\"><title>{Text(Tip(_chart.Series[index], point))}</title></rect>");
    }

    private void DrawReference(double y, string name)
    {
        Line("reference", Left, _y.Place(y), Width - Right, _y.Place(y));
        Write("tick end", Width - Right, _y.Place(y) - 5, name);
    }

    /// <summary>
    /// Names beside points, each where neither another name nor another point stands; one without room is left to the point's tip.
    /// </summary>
    private void DrawLabels(ChartSeries series)
    {
        foreach (var point in series.Points.Where(point => IsDrawn(point) && point.Label is not null))
        {
            var (x, y) = (_x.Place(point.X), _y.Place(point.Y));
            var width = 5.9 * point.Label!.Length;
            foreach (var (left, baseline) in new[]
            {
                (x + 8, y + 4), (x - 8 - width, y + 4), (x - width / 2, y - 9), (x - width / 2, y + 17),
                (x + 6, y - 6), (x + 6, y + 14), (x - 6 - width, y - 6), (x - 6 - width, y + 14),
            })
            {
                if (left < Left || left + width > Width - Right || IsTaken(left, baseline, width, point))
                    continue;
                _written.Add((left, baseline, width));
                Write("small", left, baseline, point.Label);
                break;
            }
        }
    }

    private bool IsTaken(double left, double baseline, double width, ChartPoint itself) =>
        _written.Any(other => Math.Abs(other.Y - baseline) < 11 && left < other.X + other.Width && other.X < left + width)
        || _chart.Series.SelectMany(series => series.Points).Any(other => other != itself && IsDrawn(other)
            && Math.Abs(_y.Place(other.Y) - (baseline - 4)) < 8 && _x.Place(other.X) > left - 5 && _x.Place(other.X) < left + width + 5);

    private bool IsDrawn(ChartPoint point) =>
        double.IsFinite(point.X) && double.IsFinite(point.Y) && (!_chart.IsLogarithmic || point.Y > 0);

    private string Tip(ChartSeries series, ChartPoint point)
    {
        var place = point.Label ?? (_chart.Categories is { } categories ? categories[(int)point.X] : Number(point.X));
        return $"{series.Name}, {place}: {point.Y.ToString("G4", CultureInfo.InvariantCulture)}";
    }

    private void Symbol(int index, double x, double y, string? tip = null) => _svg.Append(
        CultureInfo.InvariantCulture,
        $"\n<path class=\"fill c{index % Shapes.Length}\" transform=\"translate({x:F1},{y:F1})\" " +
        $"d=\"{Shapes[index % Shapes.Length]}\">{(tip is null ? "" : $"<title>{Text(tip)}</title>")}</path>");

    private void Line(string kind, double x1, double y1, double x2, double y2) =>
        _svg.Append(
            CultureInfo.InvariantCulture, $"\n<line class=\"{kind}\" x1=\"{x1:F1}\" y1=\"{y1:F1}\" x2=\"{x2:F1}\" y2=\"{y2:F1}\"/>");

    private void Write(string kind, double x, double y, string text) =>
        _svg.Append(CultureInfo.InvariantCulture, $"\n<text class=\"{kind}\" x=\"{x:F1}\" y=\"{y:F1}\">{Text(text)}</text>");

    private static string Shortened(string name) => name.Length <= MostLetters ? name : name[..(MostLetters - 1)] + "…";

    private static string Number(double value) => Math.Abs(value) is > 0 and (< 1e-3 or >= 1e6)
        ? value.ToString("0.#e0", CultureInfo.InvariantCulture)
        : Math.Round(value, 6).ToString("#,0.####", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    // The colors of the page around it, where there is one.
    private const string Style = """
        .chart{--paper:var(--card,#fff);--ink:var(--text,#1f2328);--soft:var(--quiet,#59636e);--grid:var(--line,#d8dee4);
        font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;max-width:100%}
        .chart .c0{--c:#0072b2}.chart .c1{--c:#d55e00}.chart .c2{--c:#009e73}.chart .c3{--c:#cc79a7}.chart .c4{--c:#b07d00}
        .chart .c5{--c:#3b8ec2}
        @media(prefers-color-scheme:dark){
        .chart{--paper:var(--card,#15191f);--ink:var(--text,#e6edf3);--soft:var(--quiet,#9aa5b1);--grid:var(--line,#343c46)}
        .chart .c0{--c:#58a6e0}.chart .c1{--c:#ff8b45}.chart .c2{--c:#3cc99a}.chart .c3{--c:#e5a3c6}.chart .c4{--c:#e6b23c}
        .chart .c5{--c:#8cc8ee}}
        @media print{.chart{--paper:#fff;--ink:#000;--soft:#333;--grid:#ccc}}
        .chart .paper{fill:var(--paper)}.chart text{fill:var(--ink)}.chart .title{font-size:14px;font-weight:600}
        .chart .tick,.chart .small{fill:var(--soft)}.chart .small{font-size:10px}.chart .end{text-anchor:end}
        .chart .middle{text-anchor:middle}
        .chart .grid{stroke:var(--grid)}.chart .axis{stroke:var(--soft)}
        .chart .reference,.chart .guide{stroke:var(--ink);stroke-dasharray:5 4}.chart .guide{stroke-width:1.5}
        .chart .spread{stroke:var(--ink);stroke-width:1.5}
        .chart .fill{fill:var(--c)}.chart .line{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round}
        .chart .line.c1{stroke-dasharray:6 3}.chart .line.c2{stroke-dasharray:2 3}.chart .band{fill:var(--c);opacity:.2}
        """;
}
