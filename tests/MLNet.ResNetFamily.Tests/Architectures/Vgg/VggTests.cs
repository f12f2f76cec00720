using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class VggTests
{
    [TestMethod]
    public void HalfOfTheHiddenValuesAreDroppedWhileTraining()
    {
        Assert.AreEqual(0.5, Backbones.Vgg16.Dropout);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => (Backbones.Vgg16 with { Dropout = 1 }).Build()).Message, "Dropout' is 1");
    }

    [TestMethod]
    public void TheBatchNormFormHasOneAfterEachConvolution()
    {
        using var scope = NewDisposeScope();
        using var network = Backbones.Vgg16BatchNorm.Build();

        var features = network.named_modules().Where(entry => entry.Item1.StartsWith("features.", StringComparison.Ordinal))
            .Select(entry => entry.Item2).ToArray();

        Assert.HasCount(13, features.OfType<Conv2d>().ToArray());
        Assert.HasCount(13, features.OfType<BatchNorm>().ToArray());
        // Linear layers start as torchvision's: deviation 0.01, no bias.
        var linear = network.modules().OfType<Linear>().First();
        Assert.AreEqual(0.01, linear.weight.std().item<float>(), 1e-4);
        Assert.AreEqual(0, linear.bias!.count_nonzero().item<long>());
    }
}
