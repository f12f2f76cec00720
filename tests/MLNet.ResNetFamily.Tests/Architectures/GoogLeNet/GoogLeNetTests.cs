using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class GoogLeNetTests
{
    public static IEnumerable<object[]> Mistakes =>
    [
        [Backbones.GoogLeNet with { Dropout = 1 }, "'googlenet': property 'Dropout' is 1"],
        [Backbones.GoogLeNet with { AuxiliaryDropout = -1 }, "'googlenet': property 'AuxiliaryDropout' is -1"],
    ];

    [TestMethod]
    [DynamicData(nameof(Mistakes))]
    public void ADropoutThatCannotBeIsRefused(GoogLeNetSpec spec, string expected) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(spec.Build).Message, expected);

    [TestMethod]
    public void DefaultsAreTorchvisions()
    {
        Assert.AreEqual((true, 0.2, 0.7), (
            Backbones.GoogLeNet.AuxiliaryHeads, Backbones.GoogLeNet.Dropout, Backbones.GoogLeNet.AuxiliaryDropout));
        // The spec prepares images as for the published weights.
        Assert.AreEqual(Backbones.GoogLeNet.Preprocessing, PretrainedWeights.Best("googlenet").Preprocessing);
    }

    // torchvision's poolings count a window that the maps fill in part: 112 positions become 56, not 55.
    [TestMethod]
    [DataRow(224, 7)]
    [DataRow(240, 8)]
    [DataRow(15, 1)]
    public void PoolingRoundsUp(int imageSize, int positions)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var network = Backbones.GoogLeNet.Build();
        network.eval();

        CollectionAssert.AreEqual(
            new long[] { 0, 1024, positions, positions }, network.FeatureMaps(zeros(0, 3, imageSize, imageSize)).shape);
    }

    // torchvision's file keeps the classifiers that only training uses.
    [TestMethod]
    public void AuxiliaryClassifiersAreListedBeforeTheHead()
    {
        using var network = new ImageClassifierNetwork(Backbones.GoogLeNet, 3);

        var keys = network.NamedState().Select(entry => entry.Key.Split('.')[0]).Distinct().ToArray();

        CollectionAssert.AreEqual(new[] { "inception5b", "aux1", "aux2", "fc" }, keys[^4..]);
    }
}
