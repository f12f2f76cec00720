using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class TrainingLoopTests
{
    private static readonly TrainingOptions Quick = new() { Epochs = 4, BatchSize = 16, Augmentation = null, Threads = 1 };

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(OptimizerKind.Sgd, 0.05)]
    [DataRow(OptimizerKind.AdamW, 0.01)]
    [DataRow(OptimizerKind.RmsProp, 0.05)]
    [DataRow(OptimizerKind.Lamb, 0.03)]
    public void ATinyNetworkLearnsToTellBarsApart(OptimizerKind optimizer, double learningRate)
    {
        using var network = ToyImages.Network(seed: 1);

        var history = Train(
            network, Quick with { Optimizer = optimizer, LearningRate = learningRate, Epochs = 6 },
            validation: ToyImages.Make(60, seed: 2));

        Assert.HasCount(6, history.Epochs);
        Assert.IsGreaterThan(0.95, history.Epochs[^1].ValidationAccuracy!.Value);
        Assert.IsLessThan(history.Epochs[0].TrainLoss, history.Epochs[^1].TrainLoss);
    }

    [TestMethod]
    public void OneSeedGivesTheSameWeightsAndAnotherOthers()
    {
        var options = Quick with { Epochs = 2, Augmentation = new() };

        var first = TrainedWeights(options);
        var again = TrainedWeights(options);
        var other = TrainedWeights(options with { Seed = 2 });

        CollectionAssert.AreEqual(first, again);
        CollectionAssert.AreNotEqual(first, other);
    }

    [TestMethod]
    public void EveryBatchIsReported()
    {
        using var network = ToyImages.Network(seed: 1);
        var reported = new List<TrainingStepProgress>();

        Train(network, Quick with { Epochs = 2, StepProgress = new Collector<TrainingStepProgress>(reported) }, train: ToyImages.Make(40));

        CollectionAssert.AreEqual(
            new (int, int)[] { (1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3) },
            reported.Select(step => (step.Epoch, step.Batch)).ToArray());
        Assert.IsTrue(reported.All(step => step is { EpochCount: 2, BatchCount: 3 }));
        Assert.AreEqual(80, reported.Sum(step => step.ImageCount));
    }

    [TestMethod]
    public void DecodingThreadsDoNotMatter()
    {
        var images = ToyImages.Make(40);
        var options = Quick with
        {
            Augmentation = AugmentationOptions.Trivial with
            {
                VerticalFlipProbability = 0.5, Brightness = 0.4, Contrast = 0.4, Saturation = 0.4, Hue = 0.1, Rotation = 15,
                ErasingProbability = 0.5,
            },
        };

        var one = ReadAll(images, options, threads: 1);
        var four = ReadAll(images, options, threads: 4);

        CollectionAssert.AreEqual(one, four);
    }

    [TestMethod]
    public void WhatIsReadForValidationIsNeverVaried()
    {
        var images = ToyImages.Make(12);
        var options = Quick with { Augmentation = AugmentationOptions.Trivial with { VerticalFlipProbability = 1 } };
        var dataset = new ImageDataset(images, "validation", ToyImages.Preprocessing, options, CPU, (_, _) => { });
        using var scope = NewDisposeScope();

        var varied = Values(epoch: 1);
        var plain = Values(epoch: null);

        var expected = new float[3 * ToyImages.Size * ToyImages.Size];
        using (var image = images.Items[0].Decode(options.MaxPixels))
            new Preprocessor(ToyImages.Preprocessing).Apply(image, expected);
        CollectionAssert.AreEqual(expected, plain);
        CollectionAssert.AreNotEqual(expected, varied);

        float[] Values(int? epoch)
        {
            using var batch = dataset.Read([0], 1, epoch).Single();
            return batch.ToTensor().permute(0, 2, 3, 1).contiguous().data<float>().ToArray();
        }
    }

    [TestMethod]
    [DataRow(0.4, 0.0)]
    [DataRow(0.0, 1.0)]
    public void MixedBatchesTrainRepeatably(double mixUp, double cutMix)
    {
        var options = Quick with
        {
            Epochs = 8,
            LearningRate = 0.05,
            Augmentation = new() { MinScale = 0.9, MixUp = mixUp, CutMix = cutMix },
        };
        using var network = ToyImages.Network(options.EffectiveSeed);

        var history = Train(network, options, validation: ToyImages.Make(60, seed: 2));
        var again = TrainedWeights(options);
        var unmixed = TrainedWeights(options with { Augmentation = new() { MinScale = 0.9 } });

        Assert.IsGreaterThan(0.9, history.Epochs[^1].ValidationAccuracy!.Value);
        CollectionAssert.AreEqual(Weights(network), again);
        CollectionAssert.AreNotEqual(unmixed, again);
    }

    [TestMethod]
    public void BinaryCrossEntropyLearnsFromMixedImages()
    {
        using var network = ToyImages.Network(seed: 1);
        var options = Quick with
        {
            Epochs = 12, Loss = LossKind.BinaryCrossEntropy, Optimizer = OptimizerKind.Lamb, LearningRate = 0.03,
            Augmentation = new() { MinScale = 0.9, MixUp = 0.2, CutMix = 1, Repeats = 3 },
        };

        var history = Train(network, options, validation: ToyImages.Make(60, seed: 2));

        Assert.IsGreaterThan(0.9, history.Epochs[^1].ValidationAccuracy!.Value);
        Assert.IsLessThan(history.Epochs[0].TrainLoss, history.Epochs[^1].TrainLoss);
    }

    [TestMethod]
    public void TheViewsOfAnImageDiffer()
    {
        var images = ToyImages.Make(12);
        var options = Quick with { Augmentation = new() };
        var dataset = new ImageDataset(images, "training", ToyImages.Preprocessing, options, CPU, (_, _) => { });
        using var scope = NewDisposeScope();

        using var batch = dataset.Read([5, 5 + 12, 5 + 24, 5], 4, epoch: 1).Single();
        var views = batch.ToTensor();

        CollectionAssert.AreEqual(new[] { 5, 5, 5, 5 }, batch.Indices);
        Assert.IsFalse(views[0].allclose(views[1]));
        Assert.IsFalse(views[1].allclose(views[2]));
        Assert.IsTrue(views[0].allclose(views[3], 0, 0));
    }

    // A view of a broken image is no image more.
    [TestMethod]
    public void ABrokenImageOfManyViewsIsReportedOnce()
    {
        using var network = ToyImages.Network(seed: 1);
        var images = WithBroken(ToyImages.Make(40), [new BrokenImage("broken.jpg")]);

        var history = Train(network, Quick with { Epochs = 6, Augmentation = new() { Repeats = 4 } }, train: images);

        Assert.AreEqual("broken.jpg", history.BadImages.Single().Origin);
    }

    [TestMethod]
    public void CachedFeaturesComeOnceAnEpoch()
    {
        var options = Quick with { FineTune = FineTuneKind.HeadOnly };

        CollectionAssert.AreEqual(
            TrainedWeights(options with { Augmentation = new() }), TrainedWeights(options with { Augmentation = new() { Repeats = 3 } }));
    }

    [TestMethod]
    public void EveryEpochIsReportedAndLogged()
    {
        using var network = ToyImages.Network(seed: 1);
        var reported = new List<TrainingProgress>();
        var log = new List<string>();

        var history = Train(
            network, Quick with { Epochs = 3, Progress = new Collector<TrainingProgress>(reported) }, ToyImages.Make(30, seed: 2),
            log: log.Add);

        CollectionAssert.AreEqual(history.Epochs.ToArray(), reported);
        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, reported.Select(progress => progress.Epoch).ToArray());
        Assert.IsTrue(reported.All(
            progress => progress is { EpochCount: 3, ValidationLoss: > 0, ValidationAccuracy: >= 0, ImagesPerSecond: > 0, Seconds: > 0 }));
        Assert.HasCount(3, log);
        StringAssert.StartsWith(log[2], "Epoch 3/3: loss ");
    }

    [TestMethod]
    public void ValidationIsLeftOutWithoutValidationImages()
    {
        using var network = ToyImages.Network(seed: 1);

        var history = Train(network, Quick with { Epochs = 1 });

        Assert.IsNull(history.Epochs[0].ValidationLoss);
        Assert.IsNull(history.Epochs[0].ValidationAccuracy);
    }

    [TestMethod]
    public void ValidationChangesNothingInTheNetwork()
    {
        var with = TrainedWeights(Quick with { Epochs = 2 }, validation: ToyImages.Make(30, seed: 2));
        var without = TrainedWeights(Quick with { Epochs = 2 });

        CollectionAssert.AreEqual(without, with);
    }

    [TestMethod]
    public void TheNetworkIsHandedBackReadyToScore()
    {
        using var network = ToyImages.Network(seed: 1);

        Train(network, Quick with { Epochs = 1 });

        Assert.IsFalse(network.training);
        Assert.IsTrue(network.parameters().All(parameter => parameter.is_contiguous()));
        Assert.IsTrue(network.parameters().All(parameter => parameter.grad is null));
    }

    [TestMethod]
    public void HeadOnlyLeavesTheBackboneAsItIs()
    {
        using var network = ToyImages.Network(seed: 1);
        var backbone = Bytes(network.Backbone.NamedState());
        var head = Bytes(Backbone.State(network.Head, ""));

        Train(network, Quick with { FineTune = FineTuneKind.HeadOnly });

        CollectionAssert.AreEqual(backbone, Bytes(network.Backbone.NamedState()));
        CollectionAssert.AreNotEqual(head, Bytes(Backbone.State(network.Head, "")));
        Assert.IsTrue(network.parameters().All(parameter => parameter.requires_grad));
    }

    [TestMethod]
    public void CachedFeaturesTeachTheHeadWhatTheImagesWould()
    {
        var options = Quick with { FineTune = FineTuneKind.HeadOnly, Epochs = 3 };
        using var cached = ToyImages.Network(seed: 1);
        using var uncached = ToyImages.Network(seed: 1);

        var history = Train(cached, options, validation: ToyImages.Make(30, seed: 2));
        var expected = Train(uncached, options with { CacheFeatures = false }, validation: ToyImages.Make(30, seed: 2));

        Assert.IsTrue(cached.Head.parameters().Zip(uncached.Head.parameters()).All(pair => pair.First.allclose(pair.Second, 1e-4, 1e-5)));
        for (var epoch = 0; epoch < 3; epoch++)
            Assert.AreEqual(expected.Epochs[epoch].ValidationLoss!.Value, history.Epochs[epoch].ValidationLoss!.Value, 1e-4);
    }

    [TestMethod]
    [DataRow(FineTuneKind.HeadOnly, true, 1)]
    [DataRow(FineTuneKind.HeadOnly, false, 4)]
    [DataRow(FineTuneKind.Gradual, true, 3)]      // once for the two epochs of the head, then two epochs of everything
    public void CachedFeaturesDecodeEveryImageOnce(FineTuneKind fineTune, bool cacheFeatures, int expectedDecodesPerImage)
    {
        using var network = ToyImages.Network(seed: 1);
        var images = ToyImages.Make(60);
        var decodeCount = 0;
        var items = images.Items.Select(item => new CountingImage(item, () => Interlocked.Increment(ref decodeCount))).ToArray();

        Train(
            network, Quick with { FineTune = fineTune, HeadEpochFraction = 0.5, CacheFeatures = cacheFeatures, ImageCacheBytes = 0 },
            train: images with { Items = items });

        Assert.AreEqual(60 * expectedDecodesPerImage, decodeCount);
    }

    [TestMethod]
    public void BadImagesAreFoundWhileFeaturesAreComputed()
    {
        using var network = ToyImages.Network(seed: 1);
        var options = Quick with { FineTune = FineTuneKind.HeadOnly };

        var history = Train(network, options, train: WithBroken(ToyImages.Make(60), [new("broken.jpg")]));

        Assert.AreEqual("broken.jpg", history.BadImages.Single().Origin);
        Assert.ThrowsExactly<InvalidDataException>(
            () => { Train(
                network, options,
                train: WithBroken(ToyImages.Make(60), [.. Enumerable.Range(0, 31).Select(index => new BrokenImage($"{index}.jpg"))])); });
    }

    [TestMethod]
    public void GradualChangesTheBackboneInItsSecondPhaseOnly()
    {
        using var network = ToyImages.Network(seed: 1);
        var backbone = Bytes(network.Backbone.NamedState());
        var isUnchanged = new List<bool>();
        var options = Quick with
        {
            Epochs = 4, FineTune = FineTuneKind.Gradual, HeadEpochFraction = 0.5,
            Progress = new Callback<TrainingProgress>(_ => isUnchanged.Add(backbone.SequenceEqual(Bytes(network.Backbone.NamedState())))),
        };

        Train(network, options);

        CollectionAssert.AreEqual(new[] { true, true, false, false }, isUnchanged);
    }

    [TestMethod]
    public void CancellationBetweenEpochsKeepsWhatWasLearned()
    {
        using var network = ToyImages.Network(seed: 1);
        using var source = new CancellationTokenSource();
        var options = Quick with
        {
            Epochs = 100,
            CancellationToken = source.Token,
            Progress = new Callback<TrainingProgress>(progress => CancelAfter(2, progress)),
        };

        var history = Train(network, options);

        Assert.IsTrue(history.IsCanceled);
        Assert.HasCount(2, history.Epochs);
        Assert.IsFalse(network.training);

        void CancelAfter(int epoch, TrainingProgress progress)
        {
            if (progress.Epoch == epoch)
                source.Cancel();
        }
    }

    [TestMethod]
    public void CancellationWithinAnEpochKeepsWhatWasLearned()
    {
        using var network = ToyImages.Network(seed: 1);
        using var source = new CancellationTokenSource();
        var images = ToyImages.Make(600);
        var decodeCount = 0;
        var items = images.Items.Select(item => new CountingImage(item, CancelAtTheHundredth)).ToArray();
        var before = Weights(network);

        var history = Train(network, Quick with { BatchSize = 4, CancellationToken = source.Token }, train: images with { Items = items });

        Assert.IsTrue(history.IsCanceled);
        Assert.IsEmpty(history.Epochs);
        CollectionAssert.AreNotEqual(before, Weights(network));

        void CancelAtTheHundredth()
        {
            if (Interlocked.Increment(ref decodeCount) == 100)
                source.Cancel();
        }
    }

    [TestMethod]
    public void CancellationBeforeTheFirstStepIsAnException()
    {
        using var network = ToyImages.Network(seed: 1);

        Assert.ThrowsExactly<OperationCanceledException>(() => { Train(network, Quick with { CancellationToken = new(canceled: true) }); });
    }

    [TestMethod]
    public void ABadImageIsLeftOutNamedAndNotTriedAgain()
    {
        using var network = ToyImages.Network(seed: 1);
        var broken = new BrokenImage("broken.jpg");
        var reported = new List<TrainingProgress>();
        var log = new List<string>();

        var history = Train(
            network, Quick with { Epochs = 3, Progress = new Collector<TrainingProgress>(reported) },
            train: WithBroken(ToyImages.Make(60), [broken]), log: log.Add);

        var expected = new BadImage("broken.jpg", "it is broken.");
        CollectionAssert.AreEqual(new[] { expected }, history.BadImages.ToArray());
        CollectionAssert.AreEqual(new[] { expected }, reported[0].BadImages.ToArray());
        Assert.AreEqual("'broken.jpg' is left out: it is broken.", log[0]);
        Assert.AreEqual(1, broken.Attempts);
    }

    [TestMethod]
    public void ABadValidationImageIsLeftOutToo()
    {
        using var network = ToyImages.Network(seed: 1);
        var broken = new BrokenImage("broken.jpg");

        var history = Train(network, Quick with { Epochs = 2 }, validation: WithBroken(ToyImages.Make(30), [broken]));

        Assert.AreEqual("broken.jpg", history.BadImages.Single().Origin);
        Assert.AreEqual(1, broken.Attempts);
    }

    [TestMethod]
    public void TheFirstBadImageStopsTheTrainingWhenAskedTo()
    {
        using var network = ToyImages.Network(seed: 1);
        var images = WithBroken(ToyImages.Make(60), [new BrokenImage("broken.jpg")]);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => { Train(
            network, Quick with { OnBadImage = OnBadImage.Throw }, train: images); });

        StringAssert.StartsWith(error.Message, "'broken.jpg': it is broken.");
        StringAssert.Contains(error.Message, "'OnBadImage'");
    }

    [TestMethod]
    public void MoreBadImagesThanGoodOnesAreAnErrorThatListsTen()
    {
        using var network = ToyImages.Network(seed: 1);
        var images = WithBroken(ToyImages.Make(60), [.. Enumerable.Range(0, 31).Select(index => new BrokenImage($"{index}.jpg"))]);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => { Train(network, Quick, train: images); });

        StringAssert.Contains(error.Message, "of the 60 training images cannot be read");
        Assert.HasCount(10, error.Message.Split("it is broken.")[..^1]);
    }

    [TestMethod]
    public void HalfOfTheImagesAreEnough()
    {
        using var network = ToyImages.Network(seed: 1);
        var images = WithBroken(ToyImages.Make(60), [.. Enumerable.Range(0, 30).Select(index => new BrokenImage($"{index}.jpg"))]);

        var history = Train(network, Quick, train: images);

        Assert.HasCount(30, history.BadImages);
    }

    [TestMethod]
    public void AClassThatVanishesLeavingOneIsAnError()
    {
        using var network = ToyImages.Network(seed: 1);
        var images = ToyImages.Make(40, classCount: 2) with { ClassCount = 3 };
        var items = images.Items.Select((item, index) => images.Labels[index] == 1 ? new BrokenImage($"{index}.jpg") : item).ToArray();

        var error = Assert.ThrowsExactly<InvalidDataException>(() => { Train(network, Quick, train: images with { Items = items }); });

        StringAssert.Contains(error.Message, "fewer than 2 classes");
    }

    [TestMethod]
    public void OneClassIsRefusedAtTheDoor()
    {
        using var network = ToyImages.Network(seed: 1);

        var error = Assert.ThrowsExactly<ArgumentException>(() => { Train(
            network, Quick, train: ToyImages.Make(10, classCount: 1) with { ClassCount = 3 }); });

        StringAssert.Contains(error.Message, "10 training images show 1 classes");
    }

    [TestMethod]
    public void ALabelOutOfRangeIsNamedWithItsImage()
    {
        using var network = ToyImages.Network(seed: 1);
        var images = ToyImages.Make(12);

        var error = Assert.ThrowsExactly<ArgumentException>(() => { Train(
            network, Quick, train: images with { Labels = [.. images.Labels.Take(11), 3] }); });

        StringAssert.Contains(error.Message, "'image 11': the label is 3, but it must be from 0 to 2");
    }

    [TestMethod]
    public void ALossThatIsNoNumberStopsWithStepRateAndAdvice()
    {
        using var network = ToyImages.Network(seed: 1);

        var error = Assert.Throws<InvalidOperationException>(
            () => { Train(network, Quick with { LearningRate = 1e30, WarmUpFraction = 0, Schedule = ScheduleKind.Constant }); });

        StringAssert.Matches(error.Message, new(@"^The loss became (NaN|∞|Infinity) at step \d+, in epoch 1, with learning rate 1E\+30"));
        StringAssert.Contains(error.Message, "No checkpoint was kept. Set 'LearningRate' lower, to 1E+29");
    }

    [TestMethod]
    public void AccumulatedBatchesMakeTheStepOfOneLargeBatch()
    {
        // Frozen normalization: batch statistics would differ between one batch and its parts.
        var options = Quick with { Epochs = 2, FineTune = FineTuneKind.HeadOnly, CacheFeatures = false };

        var whole = TrainedNetwork(options with { BatchSize = 24 });
        var parts = TrainedNetwork(options with { BatchSize = 6, AccumulationSteps = 4 });

        using (whole)
        using (parts)
            Assert.IsTrue(whole.Head.parameters().Zip(parts.Head.parameters()).All(pair => pair.First.allclose(pair.Second, 1e-4, 1e-6)));
    }

    [TestMethod]
    public void ClippingShortensTheStep()
    {
        using var before = ToyImages.Network(seed: 1);
        var options = Quick with
        {
            Epochs = 1,
            BatchSize = 120,
            LearningRate = 1,
            Momentum = 0,
            WeightDecay = 0,
            WarmUpFraction = 0,
            Schedule = ScheduleKind.Constant,
        };

        using var after = TrainedNetwork(options with { GradientClipNorm = 0.01 });

        using var scope = NewDisposeScope();
        var squares = before.parameters().Zip(after.parameters(), (first, second) => (double)(first - second).pow(2).sum().item<float>());
        Assert.AreEqual(0.01, Math.Sqrt(squares.Sum()), 1e-4);
    }

    [TestMethod]
    public void EveryEpochIsMeasuredByFourFigures()
    {
        using var network = ToyImages.Network(seed: 1);

        var last = Train(network, Quick with { Epochs = 2 }, validation: ToyImages.Make(60, seed: 2)).Epochs[^1];

        Assert.IsGreaterThan(0, last.ValidationLoss!.Value);
        Assert.IsInRange(0, 1, last.ValidationAccuracy!.Value);
        Assert.AreEqual(1, last.ValidationTop5Accuracy);         // there are 3 classes
        Assert.IsInRange(0, 1, last.ValidationMacroF1!.Value);
    }

    [TestMethod]
    [DataRow(33, 32)]     // 17 and 16 images, not 32 and 1
    [DataRow(3, 2)]       // 2 and 1: the single image waits for the next epoch
    public void ALastBatchOfOneImageDoesNotHurt(int imageCount, int batchSize)
    {
        using var network = ToyImages.Network(seed: 1);

        var history = Train(network, Quick with { Epochs = 2, BatchSize = batchSize }, train: ToyImages.Make(imageCount));

        Assert.IsTrue(history.Epochs.All(epoch => double.IsFinite(epoch.TrainLoss)));
    }

    // What other tests have left to the finaliser must not vanish in the middle of a comparison.
    private static long LivingTensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }

    [TestMethod]
    public void NoTensorOutlivesTheTraining()
    {
        using var network = ToyImages.Network(seed: 1);
        Train(network, Quick with { Epochs = 1 }, ToyImages.Make(10));
        using var scope = NewDisposeScope();
        var before = LivingTensors();

        Train(network, Quick with { Epochs = 2 }, ToyImages.Make(10));

        Assert.AreEqual(0, scope.DisposablesCount);
        Assert.AreEqual(before, LivingTensors());
    }

    [TestMethod]
    public void NoCachedFeatureOutlivesTheTraining()
    {
        using var network = ToyImages.Network(seed: 1);
        Left(imageCount: 10);

        // TorchSharp counts a tensor twice that becomes a parameter, so that what a network's double leaves behind is no number of its own.
        Assert.AreEqual(Left(imageCount: 10), Left(imageCount: 30));

        long Left(int imageCount)
        {
            using var scope = NewDisposeScope();
            var before = LivingTensors();
            Train(network, Quick with { FineTune = FineTuneKind.Gradual, BatchSize = 5 }, ToyImages.Make(imageCount));
            Assert.AreEqual(0, scope.DisposablesCount);
            return LivingTensors() - before;
        }
    }

    [TestMethod]
    public void MemoryStaysFlatOverThousandsOfSteps()
    {
        using var network = ToyImages.Network(seed: 1);
        var resident = new List<long>();
        var options = Quick with
        {
            Epochs = 20, BatchSize = 4, Augmentation = new(), Progress = new Callback<TrainingProgress>(_ => resident.Add(ResidentBytes())),
        };

        Train(network, options, train: ToyImages.Make(400));      // 100 steps an epoch

        TestContext.WriteLine(string.Join(", ", resident.Select(bytes => $"{bytes >> 20} MiB")));
        Assert.IsLessThan(1.02 * resident[0], resident[^1]);
    }

    private static TrainingHistory Train(
        ImageClassifierNetwork network, TrainingOptions options, TrainingImages? validation = null, TrainingImages? train = null,
        Action<string>? log = null) =>
        TrainingLoop.Run(network, ToyImages.Preprocessing, train ?? ToyImages.Make(120), validation, options, CPU, log ?? (_ => { }));

    private static ImageClassifierNetwork TrainedNetwork(TrainingOptions options)
    {
        var network = ToyImages.Network(options.EffectiveSeed);
        Train(network, options);
        return network;
    }

    private static byte[] TrainedWeights(TrainingOptions options, TrainingImages? validation = null)
    {
        using var network = ToyImages.Network(options.EffectiveSeed);
        Train(network, options, validation);
        return Weights(network);
    }

    private static byte[] Weights(ImageClassifierNetwork network) => Bytes(network.NamedState());

    private static byte[] Bytes(IEnumerable<(string Key, Tensor Tensor)> state) =>
        [.. state.SelectMany(entry => entry.Tensor.cpu().contiguous().bytes.ToArray())];

    private static float[] ReadAll(TrainingImages images, TrainingOptions options, int threads)
    {
        var augmentation = new Augmentation(ToyImages.Preprocessing, options.Augmentation);
        var values = new List<float>();
        foreach (var batch in ImageBatches.Read(
            images.Items, [.. Enumerable.Range(0, images.Items.Count)],
            new(7, 3 * ToyImages.Size * ToyImages.Size, threads, new(options.MaxPixels)),
            (index, image, values) => augmentation.Apply(image, Augmentation.RandomFor(options.EffectiveSeed, 1, index), values)))
        {
            using (batch)
                values.AddRange(batch.PixelSegment);
        }
        return [.. values];
    }

    private static TrainingImages WithBroken(TrainingImages images, BrokenImage[] broken)
    {
        ImageItem[] items = [.. images.Items];
        for (var index = 0; index < broken.Length; index++)
            items[2 * index % items.Length + (2 * index / items.Length)] = broken[index];
        return images with { Items = items };
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }

    private sealed class Collector<T>(List<T> values) : IProgress<T>
    {
        public void Report(T value) => values.Add(value);
    }

    private sealed class Callback<T>(Action<T> action) : IProgress<T>
    {
        public void Report(T value) => action(value);
    }

    private sealed record CountingImage(ImageItem Image, Action Decoding) : ImageItem
    {
        public override string Origin => Image.Origin;

        public override RgbImage Decode(DecodeOptions options)
        {
            Decoding();
            return Image.Decode(options);
        }
    }
}
