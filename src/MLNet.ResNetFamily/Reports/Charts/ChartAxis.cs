namespace MLNet.ResNetFamily;

/// <summary>An axis: its name with unit, its range, and round numbers to mark.</summary>
/// <param name="Name">Name with unit.</param>
/// <param name="Low">Lowest value shown.</param>
/// <param name="High">Highest value shown.</param>
/// <param name="Format">How a mark is written.</param>
/// <param name="SmallestStep">Marks are at least this far apart: 1 for what is counted.</param>
internal sealed record ChartAxis(string Name, double Low, double High, string Format = "G3", double SmallestStep = 0)
{
    private const int WantedMarkCount = 5;

    /// <summary>An axis from 0 to a round number above all values.</summary>
    public static ChartAxis FromZero(string name, IEnumerable<double> values, string format = "G3")
    {
        var highest = values.Where(double.IsFinite).DefaultIfEmpty(1).Max();
        var step = Step(highest <= 0 ? 1 : highest);
        return new(name, 0, Math.Ceiling(highest / step) * step is > 0 and var high ? high : step, format);
    }

    /// <summary>Round numbers from the lowest to the highest.</summary>
    public IEnumerable<double> Marks
    {
        get
        {
            var step = Math.Max(SmallestStep, Step(High - Low));
            for (var mark = Math.Ceiling(Low / step) * step; mark <= High + step * 1e-6; mark += step)
                yield return Math.Abs(mark) < step * 1e-6 ? 0 : mark;
        }
    }

    /// <summary>Where a value stands, 0 at the low end and 1 at the high one.</summary>
    public double Place(double value) => High > Low ? (value - Low) / (High - Low) : 0.5;

    // 1, 2 or 5 times a power of ten.
    private static double Step(double range)
    {
        var rough = range / WantedMarkCount;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
    }
}
