namespace MLNet.ResNetFamily;

/// <summary>How values are spread.</summary>
/// <param name="Smallest">The smallest value; 0 without values.</param>
/// <param name="Largest">The largest value; 0 without values.</param>
/// <param name="Sum">Their sum.</param>
/// <param name="SumOfSquares">The sum of their squares.</param>
/// <param name="Limits">Upper ends of intervals of equal width, from the smallest value to the largest.</param>
/// <param name="Counts">Values in each interval.</param>
internal sealed record WeightHistogram(double Smallest, double Largest, double Sum, double SumOfSquares, double[] Limits, double[] Counts)
{
    private const int IntervalCount = 50;

    public static WeightHistogram Of(ReadOnlySpan<float> values)
    {
        var (smallest, largest, sum, squares) = (double.PositiveInfinity, double.NegativeInfinity, 0.0, 0.0);
        foreach (var value in values)
        {
            smallest = Math.Min(smallest, value);
            largest = Math.Max(largest, value);
            sum += value;
            squares += (double)value * value;
        }
        if (values.IsEmpty)
            (smallest, largest) = (0, 0);

        var width = (largest - smallest) / IntervalCount;
        if (width == 0)
            return new(smallest, largest, sum, squares, [largest], [values.Length]);
        var counts = new double[IntervalCount];
        foreach (var value in values)
            counts[Math.Min(IntervalCount - 1, (int)((value - smallest) / width))]++;
        return new(
            smallest, largest, sum, squares, [
                .. Enumerable.Range(1, IntervalCount - 1).Select(end => smallest + end * width), largest,
            ], counts);
    }
}
