using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class InceptionResNetTests
{
    [TestMethod]
    public void DefaultsAreThePublishedOnes()
    {
        var spec = Backbones.InceptionResNetV2;

        Assert.AreEqual(0.17, spec.ScaleA);
        Assert.AreEqual(0.10, spec.ScaleB);
        Assert.AreEqual(0.20, spec.ScaleC);
        Assert.AreEqual(0, spec.EmbeddingSize);
        Assert.AreEqual(0, spec.Dropout);
        Assert.AreEqual(512, Backbones.InceptionResNetV1.EmbeddingSize);
    }

    [TestMethod]
    public void TheScaleIsAFactorOnTheBranch()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(1);
        using var block = Block(0.3);
        var maps = randn(2, 8, 5, 5);
        block.eval();

        var scaled = block.call(maps) - maps;
        var unscaled = Unscaled(block, maps);

        Assert.AreEqual(0f, (scaled - unscaled.mul(0.3)).abs().max().item<float>(), 1e-5f);

        static InceptionResNetBlock Block(double scale) =>
            new(8, 4, scale, activates: false, new StochasticDepthGate(null, 1, 1), [MixedPath.Of("branch0", ConvNorm.Same(8, 4, 1))]);

        static Tensor Unscaled(InceptionResNetBlock block, Tensor maps)
        {
            var modules = block.named_children().ToDictionary(entry => entry.Item1, entry => (nn.Module<Tensor, Tensor>)entry.Item2);
            return modules["conv2d"].call(modules["branch0"].call(maps));
        }
    }

    public static IEnumerable<object[]> ListText =>
    [
        [Backbones.InceptionResNetV2 with { ScaleA = double.NaN }, "ScaleA' is NaN"],
        [Backbones.InceptionResNetV2 with { ScaleB = double.PositiveInfinity }, "ScaleB' is"],
        [Backbones.InceptionResNetV2 with { ScaleC = double.NaN }, "ScaleC' is NaN"],
        [Backbones.InceptionResNetV1 with { EmbeddingSize = -1 }, "EmbeddingSize' is -1"],
        [Backbones.InceptionResNetV1 with { Dropout = 1 }, "Dropout' is 1"],
        [Backbones.InceptionResNetV1 with { Version = (InceptionResNetVersion)2 }, "Version' is 2"],
        [Backbones.InceptionResNetV1 with { StochasticDepth = new StochasticDepth(-1) }, "SurvivalProbability' is -1"],
        [Backbones.InceptionV3 with { Dropout = 1 }, "Dropout' is 1"],
    ];

    [TestMethod]
    [DynamicData(nameof(ListText))]
    public void ImpossibleValuesAreNamed(BackboneSpec spec, string expected) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => spec.Build()).Message, expected);

    [TestMethod]
    public void WithoutTheEmbeddingVersion1GivesThePapersFeatures()
    {
        using var scope = NewDisposeScope();
        using var network = (Backbones.InceptionResNetV1 with { EmbeddingSize = 0 }).Build();
        network.eval();

        CollectionAssert.AreEqual(new long[] { 1, 1792 }, network.call(zeros(1, 3, 75, 75)).shape);
    }
}
