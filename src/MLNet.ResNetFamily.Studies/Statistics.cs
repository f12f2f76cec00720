namespace MLNet.ResNetFamily;

/// <summary>Summaries of a few numbers.</summary>
internal static class Statistics
{
    /// <summary>The middle value, or the mean of the two middle ones.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The straight line through points that has the least squares, and the share of the spread that it explains.</summary>
    public static (double Slope, double Intercept, double RSquared) Line(IReadOnlyList<(double X, double Y)> points)
    {
        var (meanX, meanY) = (points.Average(p => p.X), points.Average(p => p.Y));
        var xx = points.Sum(p => (p.X - meanX) * (p.X - meanX));
        var xy = points.Sum(p => (p.X - meanX) * (p.Y - meanY));
        var yy = points.Sum(p => (p.Y - meanY) * (p.Y - meanY));
        return (xy / xx, meanY - xy / xx * meanX, yy == 0 ? 1 : xy * xy / (xx * yy));
    }
}
