using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class CheckpointTests
{
    private readonly TemporaryFolder _folder = new();

    // Everything that a checkpoint must carry is at work: augmentation, momentum, accumulation, an average, validation, stochastic depth.
    private TrainingOptions Options => new()
    {
        Epochs = 3, BatchSize = 8, AccumulationSteps = 2, EmaDecay = 0.9, Threads = 1,
        CheckpointDirectory = _folder.Path, CheckpointInterval = TimeSpan.Zero,
    };

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow(OptimizerKind.Sgd, FineTuneKind.All)]
    [DataRow(OptimizerKind.AdamW, FineTuneKind.All)]
    [DataRow(OptimizerKind.RmsProp, FineTuneKind.Gradual)]
    [DataRow(OptimizerKind.Lamb, FineTuneKind.All)]
    public void ATrainingThatBreaksOffEveryFewBatchesEndsAsIfItHadNot(OptimizerKind optimizer, FineTuneKind fineTune)
    {
        var options = Options with { Optimizer = optimizer, FineTune = fineTune, LearningRate = 0.01, LayerDecay = 0.75 };
        using var expected = Network();
        var history = Train(expected, options with { CheckpointDirectory = null });

        using var resumed = Network();
        var (breaks, found) = TrainWithBreaks(resumed, options with { Resume = true }, batchesBetween: 3);

        Assert.IsGreaterThan(4, breaks);
        CollectionAssert.AreEqual(Bytes(expected), Bytes(resumed));
        CollectionAssert.AreEqual(
            history.Epochs.Select(epoch => (epoch.TrainLoss, epoch.ValidationLoss, epoch.ValidationMacroF1, epoch.LearningRate)).ToArray(),
            found.Epochs.Select(epoch => (epoch.TrainLoss, epoch.ValidationLoss, epoch.ValidationMacroF1, epoch.LearningRate)).ToArray());
    }

    [TestMethod]
    public void RepeatedViewsAndBinaryCrossEntropyGoOnWhereTheyWere()
    {
        var options = Options with
        {
            Loss = LossKind.BinaryCrossEntropy, Optimizer = OptimizerKind.Lamb,
            Augmentation = new() { Repeats = 3, MixUp = 0.2, CutMix = 1 },
        };
        var images = ToyImages.Make(40);
        ImageItem[] items = [.. images.Items];
        items[7] = new BrokenImage("broken.jpg");
        images = images with { Items = items };
        using var expected = Network();
        Train(expected, options with { CheckpointDirectory = null }, images);

        using var resumed = Network();
        var (_, history) = TrainWithBreaks(resumed, options with { Resume = true }, batchesBetween: 3, images);

        CollectionAssert.AreEqual(Bytes(expected), Bytes(resumed));
        Assert.AreEqual("broken.jpg", history.BadImages.Single().Origin);
    }

    [TestMethod]
    public void BadImagesAreRememberedAcrossABreak()
    {
        var images = ToyImages.Make(40);
        ImageItem[] items = [.. images.Items];
        items[7] = new BrokenImage("broken.jpg");
        images = images with { Items = items };
        using var expected = Network();
        Train(expected, Options with { CheckpointDirectory = null }, images);

        using var resumed = Network();
        var (_, history) = TrainWithBreaks(resumed, Options with { Resume = true }, batchesBetween: 3, images);

        CollectionAssert.AreEqual(Bytes(expected), Bytes(resumed));
        Assert.AreEqual("broken.jpg", history.BadImages.Single().Origin);
    }

    [TestMethod]
    public void AFinishedTrainingIsResumedToItsResultAtOnce()
    {
        using var first = Network();
        Train(first, Options);
        using var again = Network();
        var batches = 0;

        Train(again, Options with { Resume = true, StepDone = (_, _) => batches++ });

        Assert.AreEqual(0, batches);
        CollectionAssert.AreEqual(Bytes(first), Bytes(again));
    }

    [TestMethod]
    public void OnlyTheNewestAreKept()
    {
        using var network = Network();

        Train(network, Options with { CheckpointCount = 3 });

        CollectionAssert.AreEqual(
            new[]
            {
                "checkpoint-00003-00000004.safetensors", "checkpoint-00003-00000005.safetensors", "checkpoint-00004-00000000.safetensors",
            }, Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order().ToArray());
    }

    [TestMethod]
    public void EveryNthEpochAndTheLastAreKeptWithoutAnInterval()
    {
        using var network = Network();

        Train(network, Options with { Epochs = 5, CheckpointEpochs = 2, CheckpointInterval = null, CheckpointCount = 9 });

        CollectionAssert.AreEqual(
            new[]
            {
                "checkpoint-00003-00000000.safetensors", "checkpoint-00005-00000000.safetensors", "checkpoint-00006-00000000.safetensors",
            }, Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order().ToArray());
    }

    [TestMethod]
    public void AFolderWithCheckpointsIsRefusedUnlessResumed()
    {
        using var network = Network();
        Train(network, Options);

        var error = Assert.ThrowsExactly<IOException>(() => { Train(network, Options); });

        StringAssert.Contains(
            error.Message, "checkpoint-00004-00000000.safetensors': the folder holds a checkpoint of an earlier training. Set 'Resume'");
    }

    [TestMethod]
    public void AnotherRecipeIsRefusedWithTheDifference()
    {
        using var network = Network();
        Train(network, Options with { LearningRate = 0.01 });

        var error = Assert.ThrowsExactly<ArgumentException>(() => { Train(network, Options with { LearningRate = 0.03, Resume = true }); });

        StringAssert.Contains(error.Message, "is a checkpoint of another training: option 'LearningRate' was 0.01 and is 0.03.");
    }

    // As later versions will have more options than the one that wrote a checkpoint.
    [TestMethod]
    [DataRow("option 'EmaDecay'", null)]
    [DataRow("option 'LayerDecay'", null)]
    [DataRow("option 'Loss'", null)]
    [DataRow("option 'DistillationWeight'", null)]
    [DataRow("the teacher", null)]
    [DataRow("option 'Augmentation'", "{\"MinScale\":0.5}")]
    [DataRow("the preprocessing", "{\"ImageSize\":16,\"ResizeSize\":16}")]
    public void WhatACheckpointDoesNotKnowCountsAsItsDefault(string key, string? text)
    {
        var fingerprint = new TrainingFingerprint(new(), Backbones.ResNet18, ToyImages.Preprocessing, ToyImages.Make(3), null);
        var earlier = fingerprint.Words.Where(entry => entry.Key != key).ToDictionary();
        if (text is not null)
            earlier[key] = text;

        fingerprint.RequireSame("checkpoint", CheckpointHeader.CurrentFormat, earlier);
    }

    [TestMethod]
    [DataRow("option 'EmaDecay'", null, "option 'EmaDecay' was null and is 0.9")]
    [DataRow("option 'Augmentation'", "{\"MinScale\":0.4}", "option 'Augmentation' was {\"MinScale\":0.4,")]
    [DataRow("option 'Augmentation'", "{\"Unknown\":1}", "option 'Augmentation' was {\"Unknown\":1} and is")]
    public void ADefaultThatIsNotWhatIsAskedForIsADifference(string key, string? text, string expected)
    {
        var fingerprint = new TrainingFingerprint(
            new() { EmaDecay = 0.9 }, Backbones.ResNet18, ToyImages.Preprocessing, ToyImages.Make(3), null);
        var earlier = fingerprint.Words.Where(entry => entry.Key != key).ToDictionary();
        if (text is not null)
            earlier[key] = text;

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => fingerprint.RequireSame("checkpoint", CheckpointHeader.CurrentFormat, earlier));

        StringAssert.Contains(error.Message, expected);
    }

    // The default from given weights was 0.02 once.
    [TestMethod]
    public void AFineTuningAtADefaultRateOfAnEarlierVersionIsRefused()
    {
        var fingerprint = new TrainingFingerprint(
            new ImageClassifierTrainer.Options { Weights = PretrainedWeights.MLNet }, Backbones.ResNet20MLNet, ToyImages.Preprocessing,
            ToyImages.Make(3), null);
        var earlier = fingerprint.Words.ToDictionary();
        fingerprint.RequireSame("checkpoint", CheckpointHeader.CurrentFormat, earlier);
        earlier["option 'LearningRate'"] = "null";

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => fingerprint.RequireSame("checkpoint", CheckpointHeader.CurrentFormat, earlier));

        StringAssert.Contains(error.Message, "option 'LearningRate' was null and is 0.005");
    }

    [TestMethod]
    [DataRow(FineTuneKind.Gradual, "was false and is true")]
    [DataRow(FineTuneKind.All, null)]
    public void BeforeThereWasAChoiceNoStatisticsWereKept(FineTuneKind kind, string? difference)
    {
        var options = new ImageClassifierTrainer.Options { Weights = PretrainedWeights.MLNet, FineTune = kind };
        var fingerprint = new TrainingFingerprint(
            options, Backbones.ResNet20MLNet, ToyImages.Preprocessing, ToyImages.Make(3), null);
        var earlier = fingerprint.Words.Where(entry => entry.Key != "option 'FreezeBatchNorm'").ToDictionary();
        if (difference is null)
        {
            fingerprint.RequireSame("checkpoint", CheckpointHeader.CurrentFormat, earlier);
            return;
        }
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => fingerprint.RequireSame("checkpoint", CheckpointHeader.CurrentFormat, earlier));

        StringAssert.Contains(error.Message, $"option 'FreezeBatchNorm' {difference}");
    }

    [TestMethod]
    public void OtherDataAreRefusedWithTheDifference()
    {
        using var network = Network();
        Train(network, Options);

        var error = Assert.ThrowsExactly<ArgumentException>(() => { Train(
            network, Options with { Resume = true }, ToyImages.Make(40, seed: 9)); });

        StringAssert.Matches(
            error.Message,
            new("another training: the training images was 40 with the hash [0-9a-f]{16} and is 40 with the hash [0-9a-f]{16}\\."));
    }

    [TestMethod]
    public void ThreadsAndFoldersMayChange()
    {
        using var network = Network();
        Train(network, Options);

        var history = Train(network, Options with { Resume = true, Threads = 2, CheckpointEpochs = 2, CheckpointCount = 7 });

        Assert.HasCount(3, history.Epochs);
    }

    [TestMethod]
    public void ADamagedCheckpointIsNamed()
    {
        using var network = Network();
        Train(network, Options);
        var newest = Directory.GetFiles(_folder.Path).Order().Last();
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^100]);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => { Train(network, Options with { Resume = true }); });

        StringAssert.Contains(error.Message, $"'{newest}'");
    }

    [TestMethod]
    public void ANewerFormatIsRefusedWithBothNumbers()
    {
        using var network = Network();
        Train(network, Options);
        var newest = Directory.GetFiles(_folder.Path).Order().Last();
        var bytes = File.ReadAllBytes(newest);
        var at = bytes.AsSpan().IndexOf("format\\\":2,"u8);
        bytes[at + "format\\\":".Length] = (byte)'7';
        File.WriteAllBytes(newest, bytes);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => { Train(network, Options with { Resume = true }); });

        StringAssert.Contains(error.Message, "has format 7, but this version of MLNet.ResNetFamily reads formats up to 2");
    }

    [TestMethod]
    public void ADivergedTrainingNamesTheLastFiniteCheckpoint()
    {
        using var network = Network();
        var options = Options with { AccumulationSteps = 1, LearningRate = 1e30, WarmUpFraction = 0.4 };
        var seen = "";

        var error = Assert.Throws<InvalidOperationException>(
            () => { Train(
                network, options with { StepDone = (_, _) => seen = Directory.GetFiles(_folder.Path).Order().LastOrDefault() ?? "" }); });

        Assert.AreNotEqual("", Directory.GetFiles(_folder.Path).Order().LastOrDefault() ?? seen);
        StringAssert.Contains(error.Message, $"The last finite checkpoint is '{Directory.GetFiles(_folder.Path).Order().Last()}'.");
    }

    [TestMethod]
    public void ACanceledTrainingIsResumedWhereItWas()
    {
        using var expected = Network();
        Train(expected, Options with { CheckpointDirectory = null, AccumulationSteps = 1 });
        using var source = new CancellationTokenSource();
        using var canceled = Network();
        var options = Options with { AccumulationSteps = 1, CheckpointInterval = null };
        var first = Train(
            canceled, options with { CancellationToken = source.Token, StepDone = (step, _) => { if (step == 7) source.Cancel(); } });

        using var resumed = Network();
        Train(resumed, options with { Resume = true });

        Assert.IsTrue(first.IsCanceled);
        CollectionAssert.AreEqual(Bytes(expected), Bytes(resumed));
    }

    // Stochastic depth draws from torch's own generator.
    private static ImageClassifierNetwork Network()
    {
        TorchSharp.torch.random.manual_seed(1);
        return new(new ResNetSpec("tiny", BlockKind.Basic, 1, 1) { BaseWidth = 8, Stem = StemKind.Cifar, StochasticDepth = new(0.5) }, 3);
    }

    private static TrainingHistory Train(ImageClassifierNetwork network, TrainingOptions options, TrainingImages? images = null)
    {
        TorchSharp.torch.random.manual_seed(5);
        return TrainingLoop.Run(
            network, ToyImages.Preprocessing, images ?? ToyImages.Make(40), ToyImages.Make(20, seed: 2), options, CPU, _ => { });
    }

    private static (int Breaks, TrainingHistory History) TrainWithBreaks(
        ImageClassifierNetwork network, TrainingOptions options, int batchesBetween, TrainingImages? images = null)
    {
        for (var breaks = 0; ; breaks++)
        {
            var left = batchesBetween;
            try
            {
                return (breaks,
                    Train(network, options with { StepDone = (_, _) => { if (left-- == 0) throw new BreakException(); } }, images));
            }
            catch (BreakException)
            {
            }
        }
    }

    private static byte[] Bytes(ImageClassifierNetwork network) =>
        [.. network.NamedState().SelectMany(entry => entry.Tensor.contiguous().bytes.ToArray())];

    private sealed class BreakException : Exception;
}
