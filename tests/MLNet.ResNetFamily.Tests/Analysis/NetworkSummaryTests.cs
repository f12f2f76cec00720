namespace MLNet.ResNetFamily.Tests.Analysis;

[TestClass]
public sealed class NetworkSummaryTests
{
    [TestMethod]
    public void ListsTheLayersInTheOrderInWhichTheyCompute()
    {
        var summary = NetworkSummary.Of(Backbones.ResNet18, 64, 10);

        Assert.AreEqual(
            new LayerSummary("conv1", "Conv2d", summary.Layers[0].OutputShape, 64 * 3 * 7 * 7, 64 * 3 * 7 * 7 * 32 * 32),
            summary.Layers[0]);
        CollectionAssert.AreEqual(new long[] { 1, 64, 32, 32 }, summary.Layers[0].OutputShape.ToArray());
        Assert.AreEqual("bn1", summary.Layers[1].Name);
        Assert.AreEqual(128, summary.Layers[1].Parameters);
        Assert.AreEqual(0, summary.Layers[1].MultiplyAdds);
        Assert.AreEqual("fc", summary.Layers[^1].Name);
        CollectionAssert.AreEqual(new long[] { 1, 10 }, summary.Layers[^1].OutputShape.ToArray());
        Assert.AreEqual(5130, summary.Layers[^1].Parameters);
        Assert.AreEqual(5120, summary.Layers[^1].MultiplyAdds);
    }

    [TestMethod]
    public void TotalsAreTheSumsOfTheLayers()
    {
        var summary = NetworkSummary.Of(Backbones.DenseNetBC100_12Cifar);

        Assert.AreEqual(summary.Parameters, summary.Layers.Sum(layer => layer.Parameters));
        Assert.AreEqual(summary.MultiplyAdds, summary.Layers.Sum(layer => layer.MultiplyAdds));
    }

    [TestMethod]
    public void TheDefaultsAreThePublishedSizeAndClasses()
    {
        var summary = NetworkSummary.Of(Backbones.ResNet20Cifar);

        CollectionAssert.AreEqual(new long[] { 1, 16, 32, 32 }, summary.Layers[0].OutputShape.ToArray());
        Assert.AreEqual(269_722, summary.Parameters);
        Assert.AreEqual(40_551_040, summary.MultiplyAdds);
    }

    [TestMethod]
    public void AGroupedConvolutionCountsItsOwnWeightsOnly()
    {
        var summary = NetworkSummary.Of(Backbones.ResNeXt29_32x4dCifar);

        var grouped = summary.Layers.Single(layer => layer.Name == "layer1.0.conv2");
        Assert.AreEqual(128 * 4 * 3 * 3, grouped.Parameters);
        Assert.AreEqual(128L * 4 * 3 * 3 * 32 * 32, grouped.MultiplyAdds);
    }

    [TestMethod]
    public void TooSmallAnImageIsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => NetworkSummary.Of(Backbones.InceptionV3, 74));

        StringAssert.Contains(error.Message, "75×75");
    }

    [TestMethod]
    public void ANetworkKeepsItsMode()
    {
        using var network = new ImageClassifierNetwork(Backbones.ResNet20Cifar, 10);

        NetworkSummary.Of(network, 32, 32);

        Assert.IsTrue(network.training);
    }

    [TestMethod]
    public void EveryRowOfTheCatalogHasItsCost()
    {
        foreach (var row in Backbones.All)
            Assert.IsTrue(KnownCosts.ByName.ContainsKey(row.Name), $"'{row.Name}' is missing in KnownCosts");
    }

    [TestMethod]
    public void AVariantOfARowIsMeasured()
    {
        var cost = NetworkSummary.CostOf(Backbones.ResNet20Cifar with { InputChannels = 1 });

        Assert.AreEqual(269_722 - 2 * 16 * 9, cost.Parameters);
    }
}
