using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class StochasticDepthTests
{
    private const int DrawCount = 10_000;

    // Chi-squared with one degree of freedom exceeds this in one of 100,000 runs; the seed is fixed.
    private const double Limit = 19.5;

    [TestMethod]
    public void SurvivalDecaysLinearly()
    {
        var depth = new StochasticDepth(0.5);

        CollectionAssert.AreEqual(
            new[] { 0.875, 0.75, 0.625, 0.5 }, Enumerable.Range(1, 4).Select(block => depth.SurvivalOf(block, 4)).ToArray());
    }

    [TestMethod]
    public void SamplesDrawForThemselvesByDefault() => Assert.IsTrue(new StochasticDepth(0.5).PerSample);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public void PerSampleEachBlockDropsWithItsOwnProbability(int block)
    {
        using var scope = NewDisposeScope();
        manual_seed(block);
        var depth = new StochasticDepth(0.4);
        var survival = depth.SurvivalOf(block, 4);

        var branch = new StochasticDepthGate(depth, block, 4).Weigh(ones(DrawCount, 1, 1, 1), training: true);

        var kept = branch.count_nonzero().item<long>();
        Assert.IsLessThan(Limit, ChiSquared(kept, survival));
        Assert.AreEqual(1 / survival, branch.max().item<float>(), 1e-6, "what is kept is divided by its probability");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void PerBatchEachBlockDropsWithItsOwnProbability(int block)
    {
        manual_seed(block);
        var depth = new StochasticDepth(0.4) { PerSample = false };
        var gate = new StochasticDepthGate(depth, block, 4);

        var kept = Enumerable.Range(0, DrawCount).Count(_ => !gate.Drops(training: true));

        Assert.IsLessThan(Limit, ChiSquared(kept, depth.SurvivalOf(block, 4)));
    }

    // 10,000 images draw for themselves in one pass; a block that dropped an image hands it on as it came.
    [TestMethod]
    public void TheBlocksOfANetworkDropWithTheirOwnProbabilities()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(1);
        var depth = new StochasticDepth(0.4);
        using var network = new ResNetSpec("chain", BlockKind.Basic, 4)
        {
            BaseWidth = 4,
            Stem = StemKind.Cifar,
            StochasticDepth = depth,
        }.Build();
        var kept = new List<long>();
        foreach (var block in network.modules().OfType<ResidualBlock>())
        {
            block.register_forward_hook((_, input, output) =>
            {
                kept.Add((output - input).abs().mean([1, 2, 3]).count_nonzero().item<long>());
                return output;
            });
        }

        network.call(randn(DrawCount, 3, 4, 4));

        Assert.HasCount(4, kept);
        for (var block = 1; block <= 4; block++)
        {
            Assert.IsLessThan(
                Limit, ChiSquared(kept[block - 1], depth.SurvivalOf(block, 4)), $"block {block} kept {kept[block - 1]} of {DrawCount}");
        }
    }

    [TestMethod]
    public void PerBatchScoringMultipliesByTheProbability()
    {
        using var scope = NewDisposeScope();
        var gate = new StochasticDepthGate(new StochasticDepth(0.4) { PerSample = false }, 4, 4);

        Assert.AreEqual(0.4f, gate.Weigh(ones(1, 1, 1, 1), training: false).item<float>());
        Assert.AreEqual(1f, gate.Weigh(ones(1, 1, 1, 1), training: true).item<float>());
        Assert.IsFalse(gate.Drops(training: false));
    }

    public static IEnumerable<object[]> Networks =>
    [
        [new ResNetSpec("resnet", BlockKind.Basic, 2, 2) { BaseWidth = 8, Stem = StemKind.Cifar, StochasticDepth = new(0.2) }],
        [new ResNetSpec("resnext", BlockKind.Bottleneck, 2, 2)
        {
            BaseWidth = 8,
            Groups = 2,
            Stem = StemKind.Cifar,
            StochasticDepth = new(0.2) { PerSample = false },
        }],
        [new ResNetV2Spec("resnetv2", BlockKind.Basic, 2, 2) { BaseWidth = 8, Stem = StemKind.Cifar, StochasticDepth = new(0.2) }],
        [new ResNetV2Spec("wrn", BlockKind.Basic, 2, 2)
        {
            BaseWidth = 8,
            WidthFactor = 2,
            Stem = StemKind.Cifar,
            StochasticDepth = new(0.2) { PerSample = false },
        }],
        [Backbones.Xception with { StochasticDepth = new(0.2) }],
        [Backbones.InceptionResNetV2 with { StochasticDepth = new(0.2) { PerSample = false } }],
    ];

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void NetworksScoreWithCertaintyAndTrainAtRandom(BackboneSpec spec)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(1);
        using var network = spec.Build();
        var size = Math.Max(12, spec.MinimumImageSize + 20);
        var images = randn(4, 3, size, size);

        network.train();
        var trained = Enumerable.Range(0, 4).Select(_ => network.call(images)).ToArray();
        network.eval();
        var first = network.call(images);
        var second = network.call(images);

        Assert.IsTrue(first.equal(second).all().item<bool>(), "scoring is not certain");
        Assert.IsTrue(trained.Any(features => !features.equal(trained[0]).all().item<bool>()), "training draws nothing");
    }

    // Golden values hold for it: in evaluation mode, per sample, it is the identity.
    [TestMethod]
    public void PerSampleScoringIsThatOfTheNetworkWithoutIt()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var plain = Backbones.ResNet20Cifar.Build();
        manual_seed(1);
        using var dropping = (Backbones.ResNet20Cifar with { StochasticDepth = new(0.5) }).Build();
        plain.eval();
        dropping.eval();
        var images = randn(2, 3, 32, 32);

        Assert.IsTrue(plain.call(images).equal(dropping.call(images)).all().item<bool>());
    }

    private static double ChiSquared(long kept, double survival)
    {
        var difference = kept - DrawCount * survival;
        return difference * difference / (DrawCount * survival) + difference * difference / (DrawCount * (1 - survival));
    }
}
