using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class BestWeightsTests
{
    private static readonly TrainingOptions Quick =
        new() { Epochs = 8, BatchSize = 16, Augmentation = null, Threads = 1, Schedule = ScheduleKind.Constant };

    [TestMethod]
    [DataRow(TrainingMetric.ValidationAccuracy)]
    [DataRow(TrainingMetric.ValidationLoss)]
    [DataRow(TrainingMetric.ValidationMacroF1)]
    public void PatienceEndsTheTrainingWithTheWeightsOfTheBestEpoch(TrainingMetric metric)
    {
        using var network = ToyImages.Network(seed: 1);
        var weights = new List<byte[]>();
        var options = Quick with
        {
            Epochs = 40,
            BestMetric = metric,
            Patience = 2,
            Progress = new Callback(_ => weights.Add(Bytes(network))),
        };

        var history = Train(network, options);

        Assert.IsTrue(history.IsStoppedEarly);
        Assert.AreEqual(history.BestEpoch, history.ModelEpoch);
        Assert.HasCount(history.BestEpoch!.Value + 2, history.Epochs);
        CollectionAssert.AreEqual(weights[history.BestEpoch.Value - 1], Bytes(network));
        var figures = history.Epochs.Select(epoch => metric switch
        {
            TrainingMetric.ValidationLoss => -epoch.ValidationLoss,
            TrainingMetric.ValidationMacroF1 => epoch.ValidationMacroF1,
            _ => epoch.ValidationAccuracy,
        }).ToList();
        Assert.AreEqual(figures.IndexOf(figures.Max()) + 1, history.BestEpoch);
    }

    [TestMethod]
    public void WithoutPatienceTheLastEpochIsTheModel()
    {
        using var network = ToyImages.Network(seed: 1);
        byte[] last = [];

        var history = Train(network, Quick with { Progress = new Callback(_ => last = Bytes(network)) });

        Assert.AreEqual(8, history.ModelEpoch);
        Assert.IsNotNull(history.BestEpoch);
        Assert.IsFalse(history.IsStoppedEarly);
        CollectionAssert.AreEqual(last, Bytes(network));
    }

    [TestMethod]
    public void CancellationWithinAnEpochGivesTheBestEpoch()
    {
        using var network = ToyImages.Network(seed: 1);
        using var source = new CancellationTokenSource();
        var weights = new List<byte[]>();
        var options = Quick with
        {
            CancellationToken = source.Token, Progress = new Callback(_ => weights.Add(Bytes(network))),
            StepDone = (step, _) => { if (step == 28) source.Cancel(); },            // 8 steps an epoch
        };

        var history = Train(network, options);

        Assert.IsTrue(history.IsCanceled);
        Assert.HasCount(3, history.Epochs);
        Assert.AreEqual(history.BestEpoch, history.ModelEpoch);
        CollectionAssert.AreEqual(weights[history.BestEpoch!.Value - 1], Bytes(network));
    }

    [TestMethod]
    public void PatienceWithoutValidationImagesIsRefusedAtTheDoor()
    {
        using var network = ToyImages.Network(seed: 1);

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => { TrainingLoop.Run(
                network, ToyImages.Preprocessing, ToyImages.Make(20), null, Quick with { Patience = 1 }, CPU, _ => { }); });

        StringAssert.StartsWith(
            error.Message,
            "Option 'Patience' waits for a better ValidationAccuracy, but there are no validation images. Set 'ValidationSet'");
    }

    [TestMethod]
    public void TheAverageOfTheWeightsIsWhatIsValidatedAndSaved()
    {
        using var network = ToyImages.Network(seed: 1);
        using var other = ToyImages.Network(seed: 1);
        var validation = ToyImages.Make(60, seed: 2);

        var history = Train(network, Quick with { Epochs = 2, EmaDecay = 0.9 });
        var measured = EpochValidation.Measure(
            network, new ImageDataset(
                validation, "validation", ToyImages.Preprocessing, Quick, CPU, (_, _) => { }), network.call, Quick, CPU);
        Train(other, Quick with { Epochs = 2 });

        Assert.AreEqual(history.Epochs[^1].ValidationLoss!.Value, measured.Loss, 1e-6);
        CollectionAssert.AreNotEqual(Bytes(other), Bytes(network));
    }

    [TestMethod]
    public void TheAverageFollowsItsFormula()
    {
        using var network = ToyImages.Network(seed: 1);
        using var average = new ExponentialMovingAverage(network, decay: 0.15);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var bias = network.Head.parameters().Last();
        var start = bias.clone();

        bias.add_(1);
        average.Add();             // decay 1/10
        bias.add_(1);
        average.Add();             // decay 0.15, since 2/11 is larger
        average.Swap();

        Assert.IsTrue(bias.allclose(start + 0.15 * 0.9 + 0.85 * 2));
    }

    private static TrainingHistory Train(ImageClassifierNetwork network, TrainingOptions options) =>
        TrainingLoop.Run(network, ToyImages.Preprocessing, ToyImages.Make(120), ToyImages.Make(60, seed: 2), options, CPU, _ => { });

    private static byte[] Bytes(ImageClassifierNetwork network) =>
        [.. network.NamedState().SelectMany(entry => entry.Tensor.contiguous().bytes.ToArray())];

    private sealed class Callback(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
