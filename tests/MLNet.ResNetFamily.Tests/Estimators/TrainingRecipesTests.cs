namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class TrainingRecipesTests
{
    // Table 2 of the paper; magnitudes are of 30 here and of 10 there.
    [TestMethod]
    [DataRow(StrikesBackProcedure.A1, 600, 0.005, 0.01, 0.1, 0.2, 7, 3, 0.05, null)]
    [DataRow(StrikesBackProcedure.A2, 300, 0.005, 0.02, 0.0, 0.1, 7, 3, 0.05, null)]
    [DataRow(StrikesBackProcedure.A3, 100, 0.008, 0.02, 0.0, 0.1, 6, 1, 0.0, 160)]
    public void AProcedureIsThatOfThePaper(
        StrikesBackProcedure procedure, int epochs, double rate, double decay, double smoothing, double mixUp, int magnitude, int repeats,
        double depth, int? imageSize)
    {
        var options = TrainingRecipes.StrikesBack(procedure, Backbones.ResNet50, batchSize: 2048);

        options.Validate();
        Assert.AreEqual(epochs, options.Epochs);
        Assert.AreEqual(2048, options.BatchSize);
        Assert.AreEqual(rate, options.EffectiveLearningRate, 1e-12);
        Assert.AreEqual(decay, options.EffectiveWeightDecay);
        Assert.AreEqual(smoothing, options.LabelSmoothing);
        Assert.AreEqual(imageSize, options.ImageSize);
        Assert.AreEqual(LossKind.BinaryCrossEntropy, options.Loss);
        Assert.AreEqual(OptimizerKind.Lamb, options.Optimizer);
        Assert.AreEqual(ScheduleKind.Cosine, options.Schedule);
        Assert.AreEqual(5, options.WarmUpFraction * epochs, 1e-9);
        Assert.AreEqual(
            new AugmentationOptions
            {
                MinScale = 0.08, FlipProbability = 0.5, Policy = AugmentationPolicy.RandAugment, RandAugmentOperations = 2,
                RandAugmentMagnitude = 3 * magnitude, MixUp = mixUp, CutMix = 1, Repeats = repeats,
            }, options.Augmentation);
        Assert.AreEqual(depth, 1 - (((ResNetSpec)options.Backbone).StochasticDepth?.SurvivalProbability ?? 1), 1e-12);
    }

    [TestMethod]
    public void TheLearningRateFollowsTheBatchSizeByItsRoot()
    {
        var options = TrainingRecipes.StrikesBack(StrikesBackProcedure.A1, Backbones.ResNet50);

        Assert.AreEqual(32, options.BatchSize);
        Assert.AreEqual(0.005 / 8, options.EffectiveLearningRate, 1e-12);
    }

    [TestMethod]
    [DataRow("resnet18", true)]
    [DataRow("resnetv2_18", true)]
    [DataRow("xception", true)]
    [DataRow("inception_resnet_v2", true)]
    [DataRow("densenet121", false)]
    [DataRow("vgg16", false)]
    public void OnlyResidualBranchesAreLeftOut(string backbone, bool changes)
    {
        var spec = Backbones.Named(backbone);

        Assert.AreEqual(changes, TrainingRecipes.StrikesBack(StrikesBackProcedure.A2, spec).Backbone != spec);
    }

    [TestMethod]
    public void StochasticDepthOfTheCallersOwnStays()
    {
        var spec = Backbones.ResNet50 with { StochasticDepth = new(0.8) };

        Assert.AreSame(spec, TrainingRecipes.StrikesBack(StrikesBackProcedure.A2, spec).Backbone);
    }

    [TestMethod]
    public void WhatIsNoProcedureIsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => TrainingRecipes.StrikesBack((StrikesBackProcedure)7, Backbones.ResNet50));

        StringAssert.StartsWith(error.Message, "There is no procedure 7, only A1, A2, A3.");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => TrainingRecipes.StrikesBack(StrikesBackProcedure.A1, Backbones.ResNet50, batchSize: 0));
    }
}
