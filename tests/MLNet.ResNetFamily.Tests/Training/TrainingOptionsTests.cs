namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class TrainingOptionsTests
{
    [TestMethod]
    public void DefaultsAreAsDocumented()
    {
        var options = new TrainingOptions();

        Assert.AreEqual(30, options.Epochs);
        Assert.AreEqual(32, options.BatchSize);
        Assert.AreEqual(FineTuneKind.All, options.FineTune);
        Assert.IsTrue(options.CacheFeatures);
        Assert.IsNull(options.FeatureCacheDirectory);
        Assert.IsNull(options.LogDirectory);
        Assert.IsFalse(options.LogWeightHistograms);
        Assert.AreEqual(0.3, options.HeadEpochFraction);
        Assert.AreEqual(0.1, options.FirstLayerLearningRateFactor);
        Assert.IsNull(options.LayerDecay);
        Assert.IsNull(options.FreezeBatchNorm);
        Assert.AreEqual(4, options.DistillationTemperature);
        Assert.AreEqual(0.9, options.DistillationWeight);
        Assert.AreEqual(OptimizerKind.Sgd, options.Optimizer);
        Assert.AreEqual(0.02, options.EffectiveLearningRate);
        Assert.AreEqual(0.0005, options.EffectiveWeightDecay);
        Assert.AreEqual(ScheduleKind.Cosine, options.Schedule);
        Assert.AreEqual(0.1, options.WarmUpFraction);
        Assert.AreEqual(0.9, options.Momentum);
        Assert.AreEqual(LossKind.CrossEntropy, options.Loss);
        Assert.AreEqual(0.1, options.LabelSmoothing);
        Assert.IsNull(options.Seed);
        Assert.AreEqual(1, options.EffectiveSeed);
        Assert.IsFalse(options.Nesterov);
        Assert.IsFalse(options.DecayBiasesAndNorms);
        Assert.AreEqual(1, options.AccumulationSteps);
        Assert.IsNull(options.GradientClipNorm);
        Assert.AreEqual(ClassBalance.None, options.ClassBalance);
        Assert.IsNull(options.ClassWeights);
        CollectionAssert.AreEqual(new[] { 0.5, 0.75 }, options.Milestones.ToArray());
        Assert.AreEqual(0.1, options.EffectiveDecayFactor);
        Assert.IsNull(options.EmaDecay);
        Assert.AreEqual(TrainingMetric.ValidationAccuracy, options.BestMetric);
        Assert.IsNull(options.Patience);
        Assert.IsNull(options.CheckpointDirectory);
        Assert.AreEqual(1, options.CheckpointEpochs);
        Assert.AreEqual(TimeSpan.FromMinutes(10), options.CheckpointInterval);
        Assert.AreEqual(2, options.CheckpointCount);
        Assert.IsFalse(options.Resume);
        Assert.AreEqual(Environment.ProcessorCount, options.EffectiveThreads);
        Assert.AreEqual(ComputeDevice.Auto, options.Device);
        Assert.AreEqual(Precision.Float32, options.Precision);
        Assert.AreEqual(OnBadImage.Skip, options.OnBadImage);
        Assert.AreEqual(100_000_000, options.MaxPixels);
        Assert.AreEqual(512L << 20, options.ImageCacheBytes);
        Assert.IsNull(options.Progress);
        Assert.IsNull(options.Distributed);
        Assert.IsFalse(options.SyncBatchNorm);
        Assert.IsFalse(options.ScaleLearningRate);
        Assert.IsFalse(options.CancellationToken.CanBeCanceled);
        Assert.AreEqual(new AugmentationOptions(), options.Augmentation);
        options.Validate();
    }

    [TestMethod]
    [DataRow(OptimizerKind.Sgd, null, 0.02)]
    [DataRow(OptimizerKind.Sgd, PretrainedWeights.MLNet, 0.005)]
    [DataRow(OptimizerKind.AdamW, PretrainedWeights.MLNet, 0.001)]
    public void WeightsThatWereLearnedBeforeAreChangedInSmallSteps(OptimizerKind optimizer, string? weights, double expected)
    {
        var options = new ImageClassifierTrainer.Options { Optimizer = optimizer, Weights = weights };

        Assert.AreEqual(expected, options.EffectiveLearningRate);
        Assert.AreEqual(0.3, (options with { LearningRate = 0.3 }).EffectiveLearningRate);
    }

    [TestMethod]
    public void AdamWHasDefaultsOfItsOwn()
    {
        var options = new TrainingOptions { Optimizer = OptimizerKind.AdamW };

        Assert.AreEqual(0.001, options.EffectiveLearningRate);
        Assert.AreEqual(0.05, options.EffectiveWeightDecay);
    }

    [TestMethod]
    public void LambHasDefaultsOfItsOwn()
    {
        var options = new TrainingOptions { Optimizer = OptimizerKind.Lamb };

        Assert.AreEqual(0.005, options.EffectiveLearningRate);
        Assert.AreEqual(0.02, options.EffectiveWeightDecay);
    }

    [TestMethod]
    public void RmsPropAndTheExponentialScheduleHaveThoseOfTheInceptionPapers()
    {
        var options = new TrainingOptions { Optimizer = OptimizerKind.RmsProp, Schedule = ScheduleKind.Exponential };

        Assert.AreEqual(0.045, options.EffectiveLearningRate);
        Assert.AreEqual(0.00004, options.EffectiveWeightDecay);
        Assert.AreEqual(0.94, options.EffectiveDecayFactor);
    }

    [TestMethod]
    [DynamicData(nameof(ImpossibleRecipes))]
    public void AnImpossibleOptionIsNamedWithItsValueAndItsRange(TrainingOptions options, string option, string found, string needed)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(options.Validate);

        StringAssert.StartsWith(error.Message, $"Option '{option}' is {found}, but it must be {needed}");
        Assert.AreEqual(option, error.ParamName);
    }

    public static IEnumerable<(TrainingOptions Options, string Option, string Found, string Needed)> ImpossibleRecipes =>
    [
        (new() { Epochs = 0 }, "Epochs", "0", "at least 1"),
        (new() { BatchSize = -3 }, "BatchSize", "-3", "at least 1"),
        (new() { FineTune = (FineTuneKind)5 }, "FineTune", "5", "one of All, HeadOnly, Gradual"),
        (new() { HeadEpochFraction = 1 }, "HeadEpochFraction", "1", "above 0 and below 1"),
        (new() { FirstLayerLearningRateFactor = 0 }, "FirstLayerLearningRateFactor", "0", "above 0 and at most 1"),
        (new() { FreezeBatchNorm = true, SyncBatchNorm = true }, "FreezeBatchNorm", "True", "false or null with 'SyncBatchNorm'"),
        (new() { LayerDecay = 0 }, "LayerDecay", "0", "above 0 and at most 1, 0.75 for instance, or null"),
        (new() { LayerDecay = 1.01 }, "LayerDecay", "1.01", "above 0 and at most 1"),
        (new() { LayerDecay = 0.75, FirstLayerLearningRateFactor = 0.2 }, "LayerDecay", "0.75", "null where 'FirstLayerLearningRate"),
        (new() { DistillationTemperature = 0 }, "DistillationTemperature", "0", "above 0 and finite"),
        (new() { DistillationWeight = 0 }, "DistillationWeight", "0", "above 0 and at most 1"),
        (new() { DistillationWeight = 1.5 }, "DistillationWeight", "1.5", "above 0 and at most 1"),
        (new() { FeatureCacheDirectory = "" }, "FeatureCacheDirectory", "empty", "a folder, or null"),
        (new() { LogDirectory = "" }, "LogDirectory", "empty", "a folder, or null"),
        (new() { Optimizer = (OptimizerKind)9 }, "Optimizer", "9", "one of Sgd, AdamW, RmsProp, Lamb"),
        (new() { LearningRate = 0 }, "LearningRate", "0", "above 0"),
        (new() { LearningRate = double.NaN }, "LearningRate", "NaN", "above 0"),
        (new() { LearningRate = double.PositiveInfinity }, "LearningRate", "Infinity", "above 0 and finite"),
        (new() { Schedule = (ScheduleKind)(-1) }, "Schedule", "-1", "one of Cosine, OneCycle, Step, MultiStep, Exponential, Constant"),
        (new() { WarmUpFraction = 1 }, "WarmUpFraction", "1", "from 0 to below 1"),
        (new() { Momentum = 1.5 }, "Momentum", "1.5", "from 0 to below 1"),
        (new() { WeightDecay = -0.1 }, "WeightDecay", "-0.1", "at least 0"),
        (new() { Loss = (LossKind)7 }, "Loss", "7", "one of CrossEntropy, BinaryCrossEntropy"),
        (new() { LabelSmoothing = 1 }, "LabelSmoothing", "1", "from 0 to below 1"),
        (new() { Milestones = [0.5, 0.4] }, "Milestones", "[0.5, 0.4]", "ascending numbers above 0 and below 1"),
        (new() { DecayFactor = 0 }, "DecayFactor", "0", "above 0 and at most 1"),
        (new() { Nesterov = true, Momentum = 0 }, "Nesterov", "True", "false unless 'Optimizer' is Sgd"),
        (new() { AccumulationSteps = 0 }, "AccumulationSteps", "0", "at least 1"),
        (new() { GradientClipNorm = 0 }, "GradientClipNorm", "0", "above 0"),
        (new() { ClassBalance = (ClassBalance)4 }, "ClassBalance", "4", "one of None, Weights, Sampling"),
        (new() { ClassWeights = new Dictionary<string, double> { ["cat"] = -1 } }, "ClassWeights", "-1 for class 'cat'",
            "above 0 and finite"),
        (new() { EmaDecay = 1 }, "EmaDecay", "1", "above 0 and below 1"),
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
        (new() { Augmentation = new() { MinScale = 0 } }, "MinScale", "0", "above 0"),
        (new() { Augmentation = new() { Repeats = 0 } }, "Repeats", "0", "at least 1"),
        (new() { BatchSize = 2, Augmentation = new() { Repeats = 3 } }, "Repeats", "3", "at most 'BatchSize'"),
    ];
}
