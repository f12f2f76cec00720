using static MLNet.ResNetFamily.Tests.Training.Parallel.ParallelTraining;

namespace MLNet.ResNetFamily.Tests.Training.Parallel;

/// <summary>What happens to all processes when something happens to one.</summary>
[TestClass]
public sealed class ParallelTroubleTests
{
    private static readonly TrainingOptions HeadOnly = Quick with { FineTune = FineTuneKind.HeadOnly, CacheFeatures = false };

    [TestMethod]
    public void AnImageThatOneProcessFindsBrokenIsLeftOutByAll()
    {
        var (train, validation) = (WithBroken(ToyImages.Make(40), 7), WithBroken(ToyImages.Make(9, seed: 2), 4));

        var expected = Alone(HeadOnly with { BatchSize = 16 }, train, validation);
        var actual = Run(4, HeadOnly, train, validation);

        AssertClose(expected.Weights, actual[0].Weights, 1e-5);
        foreach (var outcome in actual)
        {
            CollectionAssert.AreEqual(
                expected.History.BadImages.Select(bad => bad.Origin).Order().ToArray(),
                outcome.History.BadImages.Select(bad => bad.Origin).Order().ToArray());
            CollectionAssert.AreEqual(actual[0].Weights, outcome.Weights);
        }
    }

    [TestMethod]
    public void AnErrorOfOneProcessEndsAllAndNamesIt()
    {
        var (_, errors, reasons) = TryRun(
            4, Quick with { OnBadImage = OnBadImage.Throw }, _ => WithBroken(ToyImages.Make(32), 7));

        var failed = Enumerable.Range(0, 4).Single(rank => reasons[rank] is not null && errors[rank] is InvalidDataException);
        StringAssert.Contains(reasons[failed], "'broken 7.png': it is broken. Remove the image, or set 'OnBadImage' to Skip");
        Assert.IsTrue(errors.All(error => error is not null));
    }

    [TestMethod]
    public void ALossThatIsNoNumberEndsAllByThemselves()
    {
        var (_, errors, reasons) = TryRun(2, Quick with { LearningRate = 1e20, Epochs = 5 }, _ => ToyImages.Make(32));

        foreach (var error in errors)
            StringAssert.Contains(((InvalidOperationException)error!).Message, "the training has diverged");
        Assert.IsTrue(reasons.All(reason => reason is null));
    }

    [TestMethod]
    public void ACancellationOfOneStopsAllAtTheSameStep()
    {
        using var cancellation = new CancellationTokenSource();
        var stopped = new int[4];

        var outcomes = Run(4, Quick with { Epochs = 50 }, ToyImages.Make(32), change: (rank, options) => options with
        {
            CancellationToken = rank == 2 ? cancellation.Token : default,
            StepDone = (step, _) =>
            {
                stopped[rank] = step;
                if (rank == 2 && step == 5)
                    cancellation.Cancel();
            },
        });

        foreach (var outcome in outcomes)
        {
            Assert.IsTrue(outcome.History.IsCanceled);
            CollectionAssert.AreEqual(outcomes[0].Weights, outcome.Weights);
        }
        Assert.IsTrue(stopped.All(step => step == stopped[0] && step is 5 or 6), string.Join(' ', stopped));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void AResumedTrainingEndsAsOneThatWasNotInterrupted(bool syncBatchNorm)
    {
        using var folder = new TemporaryFolder();
        var options = Quick with
        {
            Epochs = 3, EmaDecay = 0.9, Augmentation = new(), CheckpointInterval = TimeSpan.Zero, SyncBatchNorm = syncBatchNorm,
        };
        var images = WithBroken(ToyImages.Make(35), 3);
        var expected = Run(4, options, images, ToyImages.Make(9, seed: 2));
        using var cancellation = new CancellationTokenSource();

        var interrupted = Run(4, InFolder(options), images, ToyImages.Make(9, seed: 2), (rank, own) => own with
        {
            CancellationToken = rank == 1 ? cancellation.Token : default,
            StepDone = (step, _) =>
            {
                if (rank == 1 && step == 4)
                    cancellation.Cancel();
            },
        });
        var resumed = Run(4, InFolder(options) with { Resume = true }, images, ToyImages.Make(9, seed: 2));
        var (_, errors, _) = TryRun(2, InFolder(options) with { Resume = true }, _ => images, ToyImages.Make(9, seed: 2));

        Assert.IsTrue(interrupted[0].History.IsCanceled);
        foreach (var outcome in resumed)
            CollectionAssert.AreEqual(expected[0].Weights, outcome.Weights);
        CollectionAssert.AreEqual(
            expected[0].History.Epochs.Select(epoch => (epoch.TrainLoss, epoch.ValidationLoss)).ToArray(),
            resumed[0].History.Epochs.Select(epoch => (epoch.TrainLoss, epoch.ValidationLoss)).ToArray());
        StringAssert.Contains(errors[0]!.Message, "the number of processes was 4 and is 2");

        TrainingOptions InFolder(TrainingOptions of) => of with { CheckpointDirectory = folder.File("checkpoints") };
    }

    [TestMethod]
    public void EarlyStoppingStopsAllAtTheSameEpoch()
    {
        var options = HeadOnly with { Epochs = 30, Patience = 1, LearningRate = 1e-9 };

        var outcomes = Run(3, options, ToyImages.Make(24), ToyImages.Make(9, seed: 2));

        foreach (var outcome in outcomes)
        {
            Assert.IsTrue(outcome.History.IsStoppedEarly);
            Assert.HasCount(outcomes[0].History.Epochs.Count, outcome.History.Epochs);
            CollectionAssert.AreEqual(outcomes[0].Weights, outcome.Weights);
        }
    }

    [TestMethod]
    public void AClassThatMostProcessesNeverSeeIsLearnedByAll()
    {
        var images = ToyImages.Make(32, classCount: 2);
        var rare = images with { Labels = [.. images.Labels.Select((label, place) => place == 5 ? 2 : label)], ClassCount = 3 };

        var outcomes = Run(4, Quick, rare, rare);

        Assert.IsTrue(outcomes.All(outcome => outcome.Weights.All(float.IsFinite)));
        foreach (var outcome in outcomes)
            CollectionAssert.AreEqual(outcomes[0].Weights, outcome.Weights);
    }

    [TestMethod]
    public void CachedFeaturesAreLearnedFromByParts()
    {
        var options = Quick with { FineTune = FineTuneKind.Gradual, Epochs = 3 };
        var images = WithBroken(ToyImages.Make(33), 3);

        var outcomes = Run(2, options, images, ToyImages.Make(9, seed: 2));

        foreach (var outcome in outcomes)
        {
            Assert.HasCount(1, outcome.History.BadImages);
            CollectionAssert.AreEqual(outcomes[0].Weights, outcome.Weights);
        }
    }

    private static TrainingImages WithBroken(TrainingImages images, int place) => images with
    {
        Items = [.. images.Items.Select((item, index) => index == place ? new BrokenImage($"broken {place}.png") : item)],
    };
}
