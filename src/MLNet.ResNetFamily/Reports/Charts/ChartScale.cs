namespace MLNet.ResNetFamily;

/// <summary>Where the values of an axis lie on the image, and which of them are written.</summary>
internal sealed class ChartScale
{
    private readonly double _low, _high, _from, _to;
    private readonly bool _isLogarithmic;

    /// <param name="values">What the axis has to hold.</param>
    /// <param name="from">Place of the lowest value, in pixels.</param>
    /// <param name="to">Place of the highest value, in pixels.</param>
    /// <param name="isLogarithmic">Whether equal factors take equal room.</param>
    /// <param name="range">The ends of the axis; null for what the values need.</param>
    public ChartScale(
        IEnumerable<double> values, double from, double to, bool isLogarithmic = false, (double Low, double High)? range = null)
    {
        double[] finite = [.. values.Where(value => double.IsFinite(value) && (!isLogarithmic || value > 0))];
        (_from, _to, _isLogarithmic) = (from, to, isLogarithmic);
        var (low, high) = range ?? (finite.Length == 0 ? (isLogarithmic ? 1 : 0) : finite.Min(), finite.Length == 0 ? 1 : finite.Max());
        if (isLogarithmic)
        {
            (_low, _high) = (Math.Floor(Math.Log10(low)), Math.Ceiling(Math.Log10(high)));
            if (_low == _high)
                _high++;
            var decades = Math.Max(1, (int)Math.Ceiling((_high - _low) / 8));
            Ticks = [.. Enumerable.Range((int)_low, (int)(_high - _low) + 1).Where(exponent => (exponent - (int)_low) % decades == 0)
                .Select(exponent => Math.Pow(10, exponent))];
            return;
        }
        // What is counted has no halves.
        var step = Math.Max(Step(high > low ? high - low : Math.Max(1, Math.Abs(high))), finite.All(double.IsInteger) ? 1 : 0);
        (_low, _high) = range ?? (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step);
        if (_low == _high)
            _high = _low + step;
        var first = (long)Math.Ceiling(_low / step - 1e-9);
        var last = (long)Math.Floor(_high / step + 1e-9);
        Ticks = [.. Enumerable.Range(0, (int)(last - first) + 1).Select(index => (first + index) * step)];
    }

    /// <summary>The values that are written at the axis: round numbers.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>The lowest value of the axis.</summary>
    public double Lowest => _isLogarithmic ? Math.Pow(10, _low) : _low;

    /// <summary>The place of a value in pixels.</summary>
    public double Place(double value) => _from + (_to - _from) * ((_isLogarithmic ? Math.Log10(value) : value) - _low) / (_high - _low);

    // About six steps of 1, 2 or 5 times a power of ten.
    private static double Step(double span)
    {
        var rough = span / 6;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
    }
}
