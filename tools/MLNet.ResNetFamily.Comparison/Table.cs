using System.Globalization;

namespace MLNet.ResNetFamily.Comparison;

/// <summary>Prints comparisons as the documentation shows them.</summary>
internal static class Table
{
    public static void Write(IReadOnlyList<Comparison> comparisons, Ceiling ceiling, TextWriter output)
    {
        output.WriteLine("| job | product | peer | ratio (lowest to highest) | aim | of the ceiling |");
        output.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var comparison in comparisons)
            output.WriteLine(Row(comparison, ceiling));
        if (GeometricMean(comparisons) is { } mean)
            output.WriteLine($"\n{mean}");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nCeiling (product of 2048×2048 matrices): {ceiling.Float32:F0} GFLOP/s in float32, {ceiling.BFloat16:F0} in bfloat16."));
    }

    private static string Row(Comparison comparison, Ceiling ceiling)
    {
        var job = comparison.Job;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {job.Name} | {Figure(comparison.Product, comparison.ProductAccuracy)} " +
            $"| {job.PeerName}: {Figure(comparison.Peer, comparison.PeerAccuracy)} " +
            $"| {comparison.Ratio:F2} ({comparison.Ratios.Min():F2} to {comparison.Ratios.Max():F2}) " +
            $"| {job.Aim:F2} | {ceiling.Share(comparison):P0} |");

        string Figure(IReadOnlyList<double> values, IReadOnlyList<double> accuracies)
        {
            var right = accuracies.Count == 0 ? "" : FormattableString.Invariant($", {Statistics.Median(accuracies):P1} right");
            return $"{Number(Statistics.Median(values))} {(job.ComparesSeconds ? "s" : "images/s")}{right}";
        }
    }

    private static string? GeometricMean(IEnumerable<Comparison> comparisons)
    {
        double[] ratios = [.. comparisons.Where(comparison => comparison.Job.IsInMean).Select(comparison => comparison.Ratio)];
        return ratios.Length == 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Geometric mean in float32 against ONNX Runtime, engine auto, {ratios.Length} of " +
                $"{Jobs.All.Count(job => job.IsInMean)} rows: {Math.Exp(ratios.Average(Math.Log)):F3} (aim 1.00).");
    }

    private static string Number(double value) => value.ToString(value < 100 ? "F1" : "F0", CultureInfo.InvariantCulture);
}
