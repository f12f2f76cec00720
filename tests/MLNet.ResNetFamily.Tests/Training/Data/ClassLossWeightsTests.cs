namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class ClassLossWeightsTests
{
    private static readonly TrainingImages Images = new(new ImageItem[8], [0, 0, 0, 0, 0, 0, 1, 1], 3) { ClassNames = ["cat", "dog", "eel"] };

    [TestMethod]
    public void NothingIsWeightedByDefault() => Assert.IsNull(ClassLossWeights.Of(new(), Images));

    [TestMethod]
    public void BalancedWeightsAreInverseToTheCountsWithAMeanOfOne()
    {
        var weights = ClassLossWeights.Of(new() { ClassBalance = ClassBalance.Weights }, Images)!;

        CollectionAssert.AreEqual(new[] { 8.0 / 12, 2, 1 }, weights);            // nobody shows an eel
        Assert.AreEqual(1, Images.Labels.Average(label => weights[label]), 1e-12);
    }

    [TestMethod]
    public void NamedWeightsMultiply()
    {
        var recipe = new TrainingRecipe { ClassBalance = ClassBalance.Weights, ClassWeights = new Dictionary<string, double> { ["dog"] = 3 } };

        Assert.AreEqual(6, ClassLossWeights.Of(recipe, Images)![1]);
    }

    [TestMethod]
    public void AnUnknownClassIsRefusedWithTheKnownOnes()
    {
        var recipe = new TrainingRecipe { ClassWeights = new Dictionary<string, double> { ["cow"] = 3 } };

        var error = Assert.ThrowsExactly<ArgumentException>(() => ClassLossWeights.Of(recipe, Images));

        StringAssert.StartsWith(error.Message, "Option 'ClassWeights' names the class 'cow', but there are: 'cat', 'dog', 'eel'.");
    }
}
