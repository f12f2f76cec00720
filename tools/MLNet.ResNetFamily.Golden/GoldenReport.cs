using System.Globalization;

namespace MLNet.ResNetFamily.Golden;

// What was compared: figures for the line, and what did not fit.
internal sealed class GoldenReport(string name)
{
    private const int ShownMisfits = 5;
    private readonly List<string> _figures = [];
    private readonly List<string> _misfits = [];

    public bool IsOk => _misfits.Count == 0;

    public void Figure(string text) => _figures.Add(text);

    public void Misfit(string text) => _misfits.Add(text);

    public void Add(GoldenReport part)
    {
        _figures.AddRange(part._figures);
        _misfits.AddRange(part._misfits);
    }

    public void Equal<T>(string what, T found, T expected)
    {
        if (!EqualityComparer<T>.Default.Equals(found, expected))
            Misfit($"{what} is {found}, not {expected}");
    }

    // The worst of several differences, as one figure.
    public void Within(string what, IEnumerable<double> differences, double limit)
    {
        var worst = differences.DefaultIfEmpty(0).Max(difference => double.IsNaN(difference) ? double.PositiveInfinity : difference);
        var text = string.Create(CultureInfo.InvariantCulture, $"{what} {worst:0.0e0} of {limit:0.0e0}");
        Figure(text);
        if (worst > limit)
            Misfit($"{what} differs too much");
    }

    public override string ToString()
    {
        var misfits = _misfits.Count > ShownMisfits ? [.. _misfits.Take(ShownMisfits), $"{_misfits.Count - ShownMisfits} more"] : _misfits;
        return $"{name} {(IsOk ? "ok" : "FAIL")}  {string.Join(", ", _figures)}{(IsOk ? "" : $"; {string.Join("; ", misfits)}")}";
    }
}
