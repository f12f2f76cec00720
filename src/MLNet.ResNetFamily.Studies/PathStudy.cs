using System.Globalization;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// Looks at a residual network as a collection of paths, one for each choice of shortcut or branch in every block: how long are they, and
/// how much gradient do paths of each length carry?
/// </summary>
/// <param name="Model">The trained classifier with residual blocks; it stays as it is.</param>
/// <param name="ImageFolder">Labeled images: a folder of class folders named like the model's classes.</param>
/// <remarks>Veit, Wilber and Belongie (2016), https://arxiv.org/abs/1605.06431, section 5. A path of length k is sampled as the paper does
/// it: the batch goes forward through the whole network; backwards, k random blocks pass gradients through their branch alone and all
/// others through their shortcut alone.</remarks>
public sealed record PathStudy(ImageClassifierTransformer Model, string ImageFolder) : ModelStudy(Model, ImageFolder)
{
    private const string Lengths = "share of all paths", Magnitude = "gradient of one path", Product = "share of the gradient";

    /// <inheritdoc/>
    public override string Name => "paths";

    /// <inheritdoc/>
    public override string Question => "Which lengths do the paths through a residual network have, and which of them carry the gradient?";

    /// <inheritdoc/>
    public override string Paper => "Veit, Wilber, Belongie (2016), https://arxiv.org/abs/1605.06431, section 5, figure 6";

    private protected override string DrawsInWords => "paths of each length";

    private protected override (int Images, int Draws) Reduced => (32, 30);

    private protected override (int Images, int Draws) Full => (128, 100);

    private protected override void Measure(StudyResults results, ImageClassifierNetwork network, StudyImages images)
    {
        var gates = network.Backbone.modules().OfType<IResidualUnit>().Select(unit => unit.Gate).ToList();
        if (gates.Count < 2)
        {
            throw new InvalidDataException(
                $"'{Model.Backbone.Name}' has no residual blocks, so all of its paths are one. Use a residual network.");
        }

        var shares = LengthShares(gates.Count);
        for (var length = 0; length <= gates.Count; length++)
            results.Measure(Lengths, "", length, 0, () => shares[length]);
        var means = new double[gates.Count + 1];
        for (var length = 0; length <= gates.Count; length++)
        {
            // All paths of these two lengths are the same one.
            var draws = length == 0 || length == gates.Count ? 1 : Draws;
            for (var draw = 0; draw < draws; draw++)
            {
                means[length] += results.Measure(
                    Magnitude, "", length, draw, () => GradientNorm(network, gates, images, length, draw)) / draws;
            }
            Progress?.Report(string.Create(CultureInfo.InvariantCulture, $"length {length}: gradient {means[length]:G3}"));
        }
        var total = shares.Zip(means).Sum(pair => pair.First * pair.Second);
        for (var length = 0; length <= gates.Count; length++)
            results.Measure(Product, "", length, 0, () => shares[length] * means[length] / total);
    }

    private protected override string Summarise(IReadOnlyList<StudyRow> rows)
    {
        var blocks = rows.Count(row => row.Series == Lengths) - 1;
        var means = rows.Where(row => row.Series == Magnitude).GroupBy(row => row.X)
            .Select(group => (X: group.Key, Y: group.Average(row => row.Value))).ToList();
        var (slope, _, rSquared) = Statistics.Line([.. means.Where(point => point.Y > 0).Select(point => (point.X, Math.Log(point.Y)))]);
        var product = rows.Where(row => row.Series == Product).OrderBy(row => row.X).ToList();
        var (first, last) = Range(product);
        var pathShare = rows.Where(row => row.Series == Lengths && row.X >= first && row.X <= last).Sum(row => row.Value);
        var shortShare = product.Where(row => row.X < blocks / 2.0).Sum(row => row.Value);
        return string.Join("\n",
            string.Create(CultureInfo.InvariantCulture, $"{Model.Backbone.Name}, {blocks} blocks, {Budget}."),
            $"The lengths of its 2^{blocks} paths are binomially distributed with mean {blocks / 2.0:F1}. The paper (54 blocks): " +
            "mean 27, and 95 % of the paths have 19 to 35 blocks.",
            string.Create(
                CultureInfo.InvariantCulture,
                $"The gradient of one path changes by the factor {Math.Exp(slope):F3} with each block of its length (a straight line " +
                $"through the logarithms explains {rSquared:P1} of their spread). The paper: it falls exponentially with the length."),
            string.Create(
                CultureInfo.InvariantCulture,
                $"90 % of the gradient comes from paths of {first} to {last} blocks, which are {pathShare:P2} of all paths; " +
                $"paths shorter than half of the blocks carry {shortShare:P1}. The paper: almost all of it comes from paths of 5 to 17 " +
                $"of 54 blocks, which are 0.45 % of all."));
    }

    private protected override IReadOnlyList<StudyChart> Charts(IReadOnlyList<StudyRow> rows) =>
    [
        StudyChart.Bars("paths-lengths", "Paths by length", "length (blocks)", "share of all paths (%)", rows, Lengths, percent: true),
        StudyChart.Spread(
            "paths-gradient", "Gradient of one path by its length", "length (blocks)", "gradient at the input (L2 norm, logarithmic)", rows,
            [Magnitude], logarithmic: true),
        StudyChart.Bars(
            "paths-product", "Gradient of all paths by length", "length (blocks)", "share of the gradient (%)", rows, Product,
            percent: true),
    ];

    /// <summary>The share of the paths that lead through each number of branches, counted block by block.</summary>
    internal static double[] LengthShares(int blocks)
    {
        var shares = new double[blocks + 1];
        shares[0] = 1;
        for (var block = 1; block <= blocks; block++)
        {
            for (var length = block; length >= 0; length--)
                shares[length] = (shares[length] + (length > 0 ? shares[length - 1] : 0)) / 2;
        }
        return shares;
    }

    /// <summary>The shortest run of lengths around the largest share that holds 90 % of the whole.</summary>
    private static (double First, double Last) Range(IReadOnlyList<StudyRow> shares)
    {
        var first = shares.Index().MaxBy(entry => entry.Item.Value).Index;
        var last = first;
        var sum = shares[first].Value;
        while (sum < 0.9 && (first > 0 || last < shares.Count - 1))
        {
            var takesLower = last == shares.Count - 1 || (first > 0 && shares[first - 1].Value >= shares[last + 1].Value);
            sum += shares[takesLower ? --first : ++last].Value;
        }
        return (shares[first].X, shares[last].X);
    }

    private double GradientNorm(
        ImageClassifierNetwork network, IReadOnlyList<StochasticDepthGate> gates, StudyImages images, int length, int draw)
    {
        CancellationToken.ThrowIfCancellationRequested();
        var order = gates.ToArray();
        Augmentation.RandomFor(Seed, length, draw).Shuffle(order);
        var sum = 0.0;
        foreach (var (batch, labels) in images.Batches)
        {
            using var gradient = InputGradient(network, gates, order[..length], batch, labels);
            sum += gradient.flatten(1).norm(1).sum().item<float>();
        }
        return sum / images.Count;
    }

    /// <summary>
    /// The gradient of the loss at the images along the one path through the branches of some blocks; the caller disposes of it.
    /// </summary>
    internal static Tensor InputGradient(
        ImageClassifierNetwork network, IReadOnlyList<StochasticDepthGate> gates, IReadOnlyCollection<StochasticDepthGate> throughBranch,
        Tensor images, Tensor labels)
    {
        foreach (var gate in gates)
            gate.Flow = throughBranch.Contains(gate) ? ResidualFlow.GradientThroughBranch : ResidualFlow.GradientThroughShortcut;
        try
        {
            using var scope = NewDisposeScope();
            var input = images.detach().requires_grad_();
            nn.functional.cross_entropy(network.call(input), labels, reduction: nn.Reduction.Sum).backward();
            return input.grad!.MoveToOuterDisposeScope();
        }
        finally
        {
            foreach (var gate in gates)
                gate.Flow = ResidualFlow.Both;
        }
    }
}
