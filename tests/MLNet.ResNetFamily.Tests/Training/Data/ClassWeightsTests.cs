namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class ClassWeightsTests
{
    private static readonly TrainingImages Images =
        new(new ImageItem[8], [0, 0, 0, 0, 0, 0, 1, 1], 3) { ClassNames = ["cat", "dog", "eel"] };

    [TestMethod]
    public void ImagesThatShowAClassCountAgainstThoseThatDoNot()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var images = TrainingImages.MultiLabel([.. Enumerable.Repeat(new ImageFile("a.jpg"), 5)], [[0, 1], [0], [0], [0], []], 3);
        var options = new TrainingOptions { ClassBalance = ClassBalance.Weights };

        var weights = ClassWeights.OfPositives(options, images, TorchSharp.torch.CPU)!;

        CollectionAssert.AreEqual(new[] { 1 / 4f, 4 / 1f, 1 }, weights.data<float>().ToArray());
        Assert.IsNull(ClassWeights.Of(options, images));
        Assert.IsNull(ClassWeights.OfPositives(new(), images, TorchSharp.torch.CPU));
    }

    [TestMethod]
    public void NothingIsWeightedByDefault() => Assert.IsNull(ClassWeights.Of(new(), Images));

    [TestMethod]
    public void BalancedWeightsAreInverseToTheCountsWithAMeanOfOne()
    {
        var weights = ClassWeights.Of(new() { ClassBalance = ClassBalance.Weights }, Images)!;

        CollectionAssert.AreEqual(new[] { 8.0 / 12, 2, 1 }, weights);            // nobody shows an eel
        Assert.AreEqual(1, Images.Labels.Average(label => weights[label]), 1e-12);
    }

    [TestMethod]
    public void NamedWeightsMultiply()
    {
        var options = new TrainingOptions
        {
            ClassBalance = ClassBalance.Weights,
            ClassWeights = new Dictionary<string, double> { ["dog"] = 3 },
        };

        Assert.AreEqual(6, ClassWeights.Of(options, Images)![1]);
    }

    [TestMethod]
    public void AnUnknownClassIsRefusedWithTheKnownOnes()
    {
        var options = new TrainingOptions { ClassWeights = new Dictionary<string, double> { ["cow"] = 3 } };

        var error = Assert.ThrowsExactly<ArgumentException>(() => ClassWeights.Of(options, Images));

        StringAssert.StartsWith(error.Message, "Option 'ClassWeights' names the class 'cow', but there are: 'cat', 'dog', 'eel'.");
    }
}
