using System.Globalization;

namespace MLNet.ResNetFamily.Comparison;

/// <summary>What both reached in a job.</summary>
/// <param name="Job">The work.</param>
/// <param name="Product">The product's figure of each run: images per second, or seconds.</param>
/// <param name="Peer">The peer's, run by run.</param>
/// <param name="OperationRate">
/// Billions of multiplications and additions per second that the product reached; null where it does not say.
/// </param>
/// <param name="ProductNumbers">What the product computed in, as it says it: <c>fp32</c>, for instance.</param>
internal sealed record Comparison(
    Job Job, IReadOnlyList<double> Product, IReadOnlyList<double> Peer, double? OperationRate, string ProductNumbers)
{
    /// <summary>The part of the test images that the product got right, run by run; empty for work that learns nothing.</summary>
    public IReadOnlyList<double> ProductAccuracy { get; private init; } = [];

    /// <summary>The peer's, run by run.</summary>
    public IReadOnlyList<double> PeerAccuracy { get; private init; } = [];

    /// <summary>How many times better the product is, pair by pair.</summary>
    public IReadOnlyList<double> Ratios { get; } =
        [.. Product.Zip(Peer, (product, peer) => Job.ComparesSeconds ? peer / product : product / peer)];

    /// <summary>The median of the ratios.</summary>
    public double Ratio => Statistics.Median(Ratios);

    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{Job.Title}: {Statistics.Median(Product):G4} against {Statistics.Median(Peer):G4}, ratio {Ratio:F2}{Accuracies}");

    private string Accuracies
    {
        get
        {
            if (ProductAccuracy.Count == 0)
                return "";
            var peers = PeerAccuracy.Count == 0 ? "" : FormattableString.Invariant($" against {Statistics.Median(PeerAccuracy):F3}");
            return FormattableString.Invariant($", test accuracy {Statistics.Median(ProductAccuracy):F3}{peers}");
        }
    }

    public static Comparison Run(Job job, Contestant product, Contestant peer, Options options)
    {
        string[] common =
        [
            "--threads", $"{options.Threads}", .. job.Folder is null ? Array.Empty<string>() : ["--data", options.FolderOf(job)],
        ];
        using var weights = job.SharesWeights ? RandomWeights.Of(job.Network) : null;
        string[] productStart = weights is null ? [] : ["--weights", weights.Path],
            peerStart = weights is null ? [] : ["--state-dict", weights.Path];
        var (products, peers, rates) = (new List<double>(), new List<double>(), new List<double>());
        var (productAccuracy, peerAccuracy) = (new List<double>(), new List<double>());
        var numbers = "";
        for (var pair = 0; pair < options.Pairs; pair++)
        {
            // Who begins changes, so that a machine that slows down harms both.
            if (pair % 2 == 1)
                RunPeer();
            var result = product.Run([.. job.Product, .. common, .. productStart]);
            products.Add(Figure(result));
            productAccuracy.AddRange(Accuracy(result));
            numbers = result.GetProperty("dtype").GetString()!;
            if (result.TryGetProperty("gflop_per_s", out var rate))
                rates.Add(rate.GetDouble());
            if (pair % 2 == 0)
                RunPeer();
        }
        return new(job, products, peers, rates.Count == 0 ? null : Statistics.Median(rates), numbers)
        {
            ProductAccuracy = productAccuracy,
            PeerAccuracy = peerAccuracy,
        };

        double Figure(System.Text.Json.JsonElement result) =>
            result.GetProperty(job.ComparesSeconds ? "wall_s" : "images_per_s").GetDouble();

        static IEnumerable<double> Accuracy(System.Text.Json.JsonElement result) =>
            result.TryGetProperty("test_accuracy", out var accuracy) ? [accuracy.GetDouble()] : [];

        void RunPeer()
        {
            var result = peer.Run([.. common, .. peerStart]);
            peers.Add(Figure(result));
            peerAccuracy.AddRange(Accuracy(result));
        }
    }
}
