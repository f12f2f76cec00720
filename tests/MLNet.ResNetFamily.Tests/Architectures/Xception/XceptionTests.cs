using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class XceptionTests
{
    [TestMethod]
    public void DefaultsAreThoseOfThePaper()
    {
        Assert.AreEqual(1, Backbones.Xception.DepthMultiplier);
        Assert.AreEqual(SeparableActivation.None, Backbones.Xception.Activation);
        Assert.IsNull(Backbones.Xception.StochasticDepth);
    }

    [TestMethod]
    public void TheDepthMultiplierGivesEachChannelMoreFilters()
    {
        using var convolution = new SeparableConvolution(Backbones.Xception with { DepthMultiplier = 3 }, 4, 6);

        var shapes = convolution.named_parameters().ToDictionary(entry => entry.Item1, entry => entry.Item2.shape);

        CollectionAssert.AreEqual(new long[] { 12, 1, 3, 3 }, shapes["conv1.weight"]);
        CollectionAssert.AreEqual(new long[] { 6, 12, 1, 1 }, shapes["pointwise.weight"]);
    }

    [TestMethod]
    [DataRow(SeparableActivation.None)]
    [DataRow(SeparableActivation.ReLU)]
    [DataRow(SeparableActivation.ELU)]
    public void TheActivationStandsBetweenDepthwiseAndPointwisePart(SeparableActivation activation)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(1);
        using var convolution = new SeparableConvolution(Backbones.Xception with { Activation = activation }, 4, 6);
        var modules = convolution.named_modules().ToDictionary(entry => entry.Item1, entry => (Conv2d)entry.Item2);
        var maps = randn(2, 4, 5, 5);

        var between = modules["conv1"].call(maps);
        between = activation switch
        {
            SeparableActivation.ReLU => between.clamp_min(0),
            SeparableActivation.ELU => where(between > 0, between, between.exp() - 1),
            _ => between,
        };

        Assert.AreEqual(0f, (modules["pointwise"].call(between) - convolution.call(maps)).abs().max().item<float>(), 1e-5f);
    }

    [TestMethod]
    public void AnImpossibleMultiplierIsNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => (Backbones.Xception with { DepthMultiplier = 0 }).Build());

        StringAssert.Contains(error.Message, "DepthMultiplier' is 0");
        error = Assert.ThrowsExactly<ArgumentException>(() => (Backbones.Xception with { Activation = (SeparableActivation)3 }).Build());
        StringAssert.Contains(error.Message, "'Activation' is 3, but it must be one of None, ReLU, ELU");
    }
}
