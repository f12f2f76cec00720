using System.Globalization;

namespace MLNet.ResNetFamily.Comparison;

/// <summary>Prints comparisons as the README shows them.</summary>
internal static class Table
{
    public static void Write(IEnumerable<Comparison> comparisons, Ceiling ceiling, TextWriter output)
    {
        output.WriteLine("| job | product | PyTorch | ratio (lowest to highest) | aim | of the ceiling |");
        output.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var comparison in comparisons)
        {
            var (job, unit) = (comparison.Job, comparison.Job.ComparesSeconds ? "s" : "images/s");
            var share = ceiling.Share(comparison)?.ToString("P0", CultureInfo.InvariantCulture);
            output.WriteLine(string.Join(
                " | ",
                $"| {job.Name}", Figure(comparison.Product, comparison.ProductAccuracy), Figure(comparison.Peer, comparison.PeerAccuracy),
                Ratios(comparison), job.Target?.ToString("0.00", CultureInfo.InvariantCulture) ?? "", $"{share} |"));

            string Figure(IReadOnlyList<double> values, IReadOnlyList<double> accuracies)
            {
                if (values.Count == 0)
                    return "";
                var right = accuracies.Count == 0 ? "" : FormattableString.Invariant($", {Statistics.Median(accuracies):P1} right");
                return $"{Number(Statistics.Median(values))} {unit}{right}";
            }
        }
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"\nCeiling (product of 2048×2048 matrices): {ceiling.Float32:F0} GFLOP/s in float32, {ceiling.BFloat16:F0} in bfloat16."));
    }

    private static string Ratios(Comparison comparison)
    {
        if (comparison.Ratio is not { } ratio)
            return "";
        var pairs = comparison.Product.Zip(
            comparison.Peer, (product, peer) => comparison.Job.ComparesSeconds ? peer / product : product / peer).ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{ratio:F2} ({pairs.Min():F2} to {pairs.Max():F2})");
    }

    private static string Number(double value) => value.ToString(value < 100 ? "F1" : "F0", CultureInfo.InvariantCulture);
}
