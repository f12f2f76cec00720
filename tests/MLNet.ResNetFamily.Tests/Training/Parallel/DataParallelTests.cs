using static MLNet.ResNetFamily.Tests.Training.Parallel.ParallelTraining;

namespace MLNet.ResNetFamily.Tests.Training.Parallel;

[TestClass]
public sealed class DataParallelTests
{
    // Batch normalization does not learn, so that a batch may be cut at any place without a difference.
    private static readonly TrainingOptions HeadOnly = Quick with { FineTune = FineTuneKind.HeadOnly, CacheFeatures = false };

    [TestMethod]
    public void EveryProcessEndsWithTheSameModelAndTheSameFigures()
    {
        var options = Quick with { Augmentation = new(), EmaDecay = 0.9 };

        var outcomes = Run(3, options, ToyImages.Make(31), ToyImages.Make(10, seed: 2));
        var again = Run(3, options, ToyImages.Make(31), ToyImages.Make(10, seed: 2));

        foreach (var outcome in outcomes.Concat(again))
        {
            CollectionAssert.AreEqual(outcomes[0].Weights, outcome.Weights);
            CollectionAssert.AreEqual(
                outcomes[0].History.Epochs.Select(Figures).ToArray(), outcome.History.Epochs.Select(Figures).ToArray());
        }
        Assert.AreNotEqual(outcomes[0].History.Epochs[0].TrainLoss, outcomes[0].History.Epochs[1].TrainLoss);

        static object Figures(TrainingProgress epoch) =>
            (epoch.TrainLoss, epoch.TrainAccuracy, epoch.ValidationLoss, epoch.ValidationMacroF1);
    }

    [TestMethod]
    [DataRow(2, 32)]
    [DataRow(4, 33)]
    [DataRow(4, 34)]
    [DataRow(4, 35)]
    [DataRow(4, 17)]
    public void SeveralProcessesLearnWhatOneLearnsFromTheWholeBatches(int processCount, int imageCount)
    {
        var (train, validation) = (ToyImages.Make(imageCount), ToyImages.Make(11, seed: 2));

        var expected = Alone(HeadOnly with { BatchSize = 4 * processCount }, train, validation);
        var actual = Run(processCount, HeadOnly, train, validation)[0];

        AssertClose(expected.Weights, actual.Weights, 1e-5);
        foreach (var (one, other) in expected.History.Epochs.Zip(actual.History.Epochs))
        {
            Assert.AreEqual(one.TrainLoss, other.TrainLoss, 1e-5);
            Assert.AreEqual(one.TrainAccuracy, other.TrainAccuracy, 1e-12);
            Assert.AreEqual(one.ValidationLoss!.Value, other.ValidationLoss!.Value, 1e-5);
            Assert.AreEqual(one.ValidationTop5Accuracy, other.ValidationTop5Accuracy);
            Assert.AreEqual(one.ValidationMacroF1!.Value, other.ValidationMacroF1!.Value, 1e-12);
        }
    }

    [TestMethod]
    public void ClassWeightsAndAccumulatedBatchesCountAsInOneProcess()
    {
        var train = ToyImages.Make(35) with { ClassNames = ["a", "b", "c"] };
        var options = HeadOnly with { ClassWeights = new Dictionary<string, double> { ["a"] = 5, ["c"] = 0.5 } };

        var weighted = Run(3, options, train)[0];
        var accumulated = Run(2, HeadOnly with { AccumulationSteps = 2 }, ToyImages.Make(37))[0];

        AssertClose(Alone(options with { BatchSize = 12 }, train).Weights, weighted.Weights, 1e-5);
        AssertClose(
            Alone(HeadOnly with { BatchSize = 8, AccumulationSteps = 2 }, ToyImages.Make(37)).Weights, accumulated.Weights, 1e-5);
    }

    [TestMethod]
    public void TheFirstProcessAloneWritesAndReports()
    {
        using var folder = new TemporaryFolder();
        var reports = new List<(int Rank, TrainingStepProgress Step)>();

        Run(2, Quick, ToyImages.Make(20), change: (rank, options) => options with
        {
            LogDirectory = folder.File($"log{rank}"),
            CheckpointDirectory = folder.File($"checkpoints{rank}"),
            StepProgress = new Reporter(step => reports.Add((rank, step))),
        });

        Assert.IsTrue(Directory.Exists(folder.File("log0")) && Directory.Exists(folder.File("checkpoints0")));
        Assert.IsFalse(Directory.Exists(folder.File("log1")) || Directory.Exists(folder.File("checkpoints1")));
        Assert.IsTrue(reports.All(report => report.Rank == 0));
        Assert.AreEqual(2 * 20, reports.Sum(report => report.Step.ImageCount));
    }

    [TestMethod]
    public void OneProcessTrainsAsWithoutTheOption()
    {
        var expected = Alone(Quick, ToyImages.Make(20));
        var actual = Run(1, Quick, ToyImages.Make(20))[0];

        CollectionAssert.AreEqual(expected.Weights, actual.Weights);
    }

    [TestMethod]
    public void FewerImagesThanProcessesAreRefused()
    {
        var (_, errors, _) = TryRun(4, Quick, _ => ToyImages.Make(3));

        Assert.IsTrue(errors.All(error => error is ArgumentException));
        StringAssert.Contains(errors[0]!.Message, "There are 3 training images, but option 'Distributed' has 4 processes");
    }

    [TestMethod]
    public void ProcessesThatTrainDifferentThingsAreRefused()
    {
        var (_, _, reasons) = TryRun(2, Quick, _ => ToyImages.Make(20), change: (rank, options) => options with { Epochs = 2 + rank });

        StringAssert.Contains(
            reasons[1], "Process 1 does not train what process 0 trains: option 'Epochs' is 3 here and 2 there. Start all processes with");
    }

    private sealed class Reporter(Action<TrainingStepProgress> report) : IProgress<TrainingStepProgress>
    {
        public void Report(TrainingStepProgress value) => report(value);
    }
}
