namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class TrainingRecipeTests
{
    [TestMethod]
    public void DefaultsAreAsDocumented()
    {
        var recipe = new TrainingRecipe();

        Assert.AreEqual(30, recipe.Epochs);
        Assert.AreEqual(32, recipe.BatchSize);
        Assert.AreEqual(FineTuneKind.All, recipe.FineTune);
        Assert.IsTrue(recipe.CacheFeatures);
        Assert.IsNull(recipe.FeatureCacheDirectory);
        Assert.IsNull(recipe.LogDirectory);
        Assert.IsFalse(recipe.LogWeightHistograms);
        Assert.AreEqual(0.3, recipe.HeadFraction);
        Assert.AreEqual(0.1, recipe.FirstLayerRate);
        Assert.AreEqual(OptimizerKind.Sgd, recipe.Optimizer);
        Assert.AreEqual(0.02, recipe.EffectiveLearningRate);
        Assert.AreEqual(0.0005, recipe.EffectiveWeightDecay);
        Assert.AreEqual(ScheduleKind.Cosine, recipe.Schedule);
        Assert.AreEqual(0.1, recipe.WarmUpFraction);
        Assert.AreEqual(0.9, recipe.Momentum);
        Assert.AreEqual(0.1, recipe.LabelSmoothing);
        Assert.IsNull(recipe.Seed);
        Assert.AreEqual(1, recipe.EffectiveSeed);
        Assert.IsFalse(recipe.Nesterov);
        Assert.IsFalse(recipe.DecayBiasesAndNorms);
        Assert.AreEqual(1, recipe.AccumulationSteps);
        Assert.IsNull(recipe.GradientClipNorm);
        Assert.AreEqual(ClassBalance.None, recipe.ClassBalance);
        Assert.IsNull(recipe.ClassWeights);
        CollectionAssert.AreEqual(new[] { 0.5, 0.75 }, recipe.Milestones.ToArray());
        Assert.AreEqual(0.1, recipe.EffectiveDecayFactor);
        Assert.IsNull(recipe.AverageDecay);
        Assert.AreEqual(TrainingMetric.ValidationAccuracy, recipe.BestMetric);
        Assert.IsNull(recipe.Patience);
        Assert.IsNull(recipe.CheckpointDirectory);
        Assert.AreEqual(1, recipe.CheckpointEpochs);
        Assert.AreEqual(TimeSpan.FromMinutes(10), recipe.CheckpointInterval);
        Assert.AreEqual(2, recipe.CheckpointCount);
        Assert.IsFalse(recipe.Resume);
        Assert.AreEqual(Environment.ProcessorCount, recipe.EffectiveThreads);
        Assert.AreEqual(ComputeDevice.Auto, recipe.Device);
        Assert.AreEqual(Precision.Float32, recipe.Precision);
        Assert.AreEqual(OnBadImage.Skip, recipe.OnBadImage);
        Assert.AreEqual(100_000_000, recipe.MaxPixels);
        Assert.AreEqual(512L << 20, recipe.ImageCacheBytes);
        Assert.IsNull(recipe.Progress);
        Assert.IsFalse(recipe.CancellationToken.CanBeCanceled);
        Assert.AreEqual(new AugmentationOptions(), recipe.Augmentation);
        recipe.Validate();
    }

    [TestMethod]
    public void AdamWHasDefaultsOfItsOwn()
    {
        var recipe = new TrainingRecipe { Optimizer = OptimizerKind.AdamW };

        Assert.AreEqual(0.001, recipe.EffectiveLearningRate);
        Assert.AreEqual(0.05, recipe.EffectiveWeightDecay);
    }

    [TestMethod]
    public void RmsPropAndTheExponentialScheduleHaveThoseOfTheInceptionPapers()
    {
        var recipe = new TrainingRecipe { Optimizer = OptimizerKind.RmsProp, Schedule = ScheduleKind.Exponential };

        Assert.AreEqual(0.045, recipe.EffectiveLearningRate);
        Assert.AreEqual(0.00004, recipe.EffectiveWeightDecay);
        Assert.AreEqual(0.94, recipe.EffectiveDecayFactor);
    }

    [TestMethod]
    [DynamicData(nameof(ImpossibleRecipes))]
    public void AnImpossibleOptionIsNamedWithItsValueAndItsRange(TrainingRecipe recipe, string option, string found, string needed)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(recipe.Validate);

        StringAssert.StartsWith(error.Message, $"Option '{option}' is {found}, but it must be {needed}");
        Assert.AreEqual(option, error.ParamName);
    }

    public static IEnumerable<(TrainingRecipe Recipe, string Option, string Found, string Needed)> ImpossibleRecipes =>
    [
        (new() { Epochs = 0 }, "Epochs", "0", "at least 1"),
        (new() { BatchSize = -3 }, "BatchSize", "-3", "at least 1"),
        (new() { FineTune = (FineTuneKind)5 }, "FineTune", "5", "one of All, HeadOnly, Gradual"),
        (new() { HeadFraction = 1 }, "HeadFraction", "1", "above 0 and below 1"),
        (new() { FirstLayerRate = 0 }, "FirstLayerRate", "0", "above 0 and at most 1"),
        (new() { FeatureCacheDirectory = "" }, "FeatureCacheDirectory", "empty", "a folder, or null"),
        (new() { LogDirectory = "" }, "LogDirectory", "empty", "a folder, or null"),
        (new() { Optimizer = (OptimizerKind)9 }, "Optimizer", "9", "one of Sgd, AdamW, RmsProp"),
        (new() { LearningRate = 0 }, "LearningRate", "0", "above 0"),
        (new() { LearningRate = double.NaN }, "LearningRate", "NaN", "above 0"),
        (new() { LearningRate = double.PositiveInfinity }, "LearningRate", "Infinity", "above 0 and finite"),
        (new() { Schedule = (ScheduleKind)(-1) }, "Schedule", "-1", "one of Cosine, OneCycle, Step, MultiStep, Exponential, Constant"),
        (new() { WarmUpFraction = 1 }, "WarmUpFraction", "1", "from 0 to below 1"),
        (new() { Momentum = 1.5 }, "Momentum", "1.5", "from 0 to below 1"),
        (new() { WeightDecay = -0.1 }, "WeightDecay", "-0.1", "at least 0"),
        (new() { LabelSmoothing = 1 }, "LabelSmoothing", "1", "from 0 to below 1"),
        (new() { Milestones = [0.5, 0.4] }, "Milestones", "[0.5, 0.4]", "ascending numbers above 0 and below 1"),
        (new() { DecayFactor = 0 }, "DecayFactor", "0", "above 0 and at most 1"),
        (new() { Nesterov = true, Momentum = 0 }, "Nesterov", "True", "false unless 'Optimizer' is Sgd"),
        (new() { AccumulationSteps = 0 }, "AccumulationSteps", "0", "at least 1"),
        (new() { GradientClipNorm = 0 }, "GradientClipNorm", "0", "above 0"),
        (new() { ClassBalance = (ClassBalance)4 }, "ClassBalance", "4", "one of None, Weights, Sampling"),
        (new() { ClassWeights = new Dictionary<string, double> { ["cat"] = -1 } }, "ClassWeights", "-1 for class 'cat'", "above 0 and finite"),
        (new() { AverageDecay = 1 }, "AverageDecay", "1", "above 0 and below 1"),
        (new() { BestMetric = (TrainingMetric)8 }, "BestMetric", "8", "one of ValidationAccuracy"),
        (new() { Patience = 0 }, "Patience", "0", "at least 1"),
        (new() { CheckpointDirectory = " " }, "CheckpointDirectory", "' '", "the path of a folder"),
        (new() { CheckpointEpochs = 0 }, "CheckpointEpochs", "0", "at least 1"),
        (new() { CheckpointInterval = TimeSpan.FromSeconds(-1) }, "CheckpointInterval", "-00:00:01", "at least zero"),
        (new() { CheckpointCount = 0 }, "CheckpointCount", "0", "at least 1"),
        (new() { Resume = true }, "Resume", "True", "false unless 'CheckpointDirectory'"),
        (new() { Threads = 0 }, "Threads", "0", "at least 1"),
        (new() { Device = null! }, "Device", "null", "a device"),
        (new() { Precision = (Precision)4 }, "Precision", "4", "one of Auto, Float32, BFloat16"),
        (new() { OnBadImage = (OnBadImage)7 }, "OnBadImage", "7", "one of Skip, Throw"),
        (new() { ImageCacheBytes = -1 }, "ImageCacheBytes", "-1", "at least 0"),
        (new() { MaxPixels = 0 }, "MaxPixels", "0", "at least 1"),
        (new() { Augmentation = new() { SmallestCrop = 0 } }, "SmallestCrop", "0", "above 0"),
    ];
}
