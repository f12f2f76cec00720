using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class AlexNetTests
{
    [TestMethod]
    [DataRow(1.0)]
    [DataRow(-0.1)]
    public void ADropoutThatCannotBeIsRefused(double dropout)
    {
        Assert.AreEqual(0.5, Backbones.AlexNet.Dropout);
        var error = Assert.ThrowsExactly<ArgumentException>(() => (Backbones.AlexNet with { Dropout = dropout }).Build());

        StringAssert.Contains(error.Message, "'alexnet': property 'Dropout' is");
    }

    [TestMethod]
    public void HalfOfTheHiddenValuesAreDroppedWhileTraining()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        manual_seed(1);
        using var network = Backbones.AlexNet.Build();
        var images = randn(1, 3, 63, 63);

        network.train();
        var differ = (network.call(images) - network.call(images)).abs().max().item<float>();
        network.eval();
        var agree = (network.call(images) - network.call(images)).abs().max().item<float>();

        Assert.IsGreaterThan(0, differ);
        Assert.AreEqual(0, agree);
    }

    // torchvision averages to 6×6 positions whatever the images' size; 224 pixels give them without.
    [TestMethod]
    public void LargerImagesHaveMorePositionsAndAsManyFeatures()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var network = Backbones.AlexNet.Build();
        network.eval();

        CollectionAssert.AreEqual(new long[] { 0, 256, 6, 6 }, network.FeatureMaps(zeros(0, 3, 224, 224)).shape);
        CollectionAssert.AreEqual(new long[] { 0, 256, 8, 8 }, network.FeatureMaps(zeros(0, 3, 288, 288)).shape);
        CollectionAssert.AreEqual(new long[] { 1, 4096 }, network.call(zeros(1, 3, 288, 288)).shape);
    }
}
