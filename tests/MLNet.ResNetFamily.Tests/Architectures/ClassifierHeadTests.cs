using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class ClassifierHeadTests
{
    [TestMethod]
    public void StartsWithinTheBoundsOfPyTorchsLinearLayer()
    {
        manual_seed(1);
        using var head = new ClassifierHead(400, 50);

        foreach (var parameter in head.parameters())
        {
            using var largest = parameter.abs().max();
            Assert.IsLessThanOrEqualTo(0.05f, largest.item<float>());
            Assert.IsGreaterThan(0.045f, largest.item<float>());
        }
    }

    [TestMethod]
    public void GivesTheLogitsOfTheConvolutionThatTimmWrites()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var linear = new ClassifierHead(6, 3);
        manual_seed(1);
        using var convolution = new ClassifierHead(6, 3, isConvolution: true);
        var features = randn(2, 6);

        CollectionAssert.AreEqual(new long[] { 3, 6, 1, 1 }, convolution.named_parameters().First().Item2.shape);
        Assert.IsTrue(linear.call(features).equal(convolution.call(features)).all().item<bool>());
    }

    [TestMethod]
    [DataRow(0, 3)]
    [DataRow(3, 0)]
    public void CountsBelowOneAreRefused(int featureCount, int classCount) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ClassifierHead(featureCount, classCount));
}
