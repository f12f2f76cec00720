using MLNet.ResNetFamily.Tests.Distributed;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class LearningRateScheduleTests
{
    [TestMethod]
    [DataRow(0, 1.0 / 11)]        // 10 of 100 steps warm up; PyTorch's LinearLR would be a line through these points
    [DataRow(9, 10.0 / 11)]
    [DataRow(10, 1)]
    [DataRow(55, 0.5)]            // half of the remaining 90 steps: cos(π / 2) = 0
    [DataRow(40, 0.75)]           // a third of them: cos(π / 3) = 1 / 2
    [DataRow(70, 0.25)]
    [DataRow(99, 0.00030458649045211894)]   // (1 + cos(π · 89 / 90)) / 2
    public void CosineRisesInALineAndFallsAlongHalfACosine(int step, double expected)
    {
        var options = new TrainingOptions { Schedule = ScheduleKind.Cosine, WarmUpFraction = 0.1 };

        Assert.AreEqual(expected, LearningRateSchedule.Factor(options, step, 100), 1e-12);
    }

    // torch.optim.lr_scheduler.OneCycleLR(SGD(lr=1), max_lr=1, total_steps=20, cycle_momentum=False), PyTorch 1.13.1.
    [TestMethod]
    [DataRow(0, 0.04)]
    [DataRow(1, 0.1316718427000253)]
    [DataRow(5, 1)]
    [DataRow(6, 0.9874640062350873)]
    [DataRow(12, 0.500002)]
    [DataRow(19, 4e-06)]
    public void OneCycleIsThatOfPyTorch(int step, double expected)
    {
        var options = new TrainingOptions { Schedule = ScheduleKind.OneCycle };

        Assert.AreEqual(expected, LearningRateSchedule.Factor(options, step, 20), 1e-12);
    }

    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(33, 1)]
    [DataRow(34, 0.1)]
    [DataRow(66, 0.1)]
    [DataRow(67, 0.01)]
    [DataRow(99, 0.01)]
    public void StepFallsToATenthAfterEachThird(int step, double expected)
    {
        var options = new TrainingOptions { Schedule = ScheduleKind.Step, WarmUpFraction = 0 };

        Assert.AreEqual(expected, LearningRateSchedule.Factor(options, step, 100), 1e-12);
    }

    [TestMethod]
    [DataRow(49, 1)]
    [DataRow(50, 0.2)]
    [DataRow(79, 0.2)]
    [DataRow(80, 0.04)]
    public void MultiStepFallsAtEachMilestone(int step, double expected)
    {
        var options = new TrainingOptions
        {
            Schedule = ScheduleKind.MultiStep,
            WarmUpFraction = 0,
            Milestones = [0.5, 0.8],
            DecayFactor = 0.2,
        };

        Assert.AreEqual(expected, LearningRateSchedule.Factor(options, step, 100), 1e-12);
    }

    [TestMethod]
    public void ExponentialFallsBySixPercentAnEpoch()
    {
        var options = new TrainingOptions { Schedule = ScheduleKind.Exponential, WarmUpFraction = 0, Epochs = 10 };

        for (var epoch = 0; epoch < 10; epoch++)
            Assert.AreEqual(Math.Pow(0.94, epoch), LearningRateSchedule.Factor(options, epoch * 7, 70), 1e-12);
    }

    [TestMethod]
    public void ConstantStaysAfterWarmUp()
    {
        var options = new TrainingOptions { Schedule = ScheduleKind.Constant, WarmUpFraction = 0.25 };

        var factors = Enumerable.Range(0, 8).Select(step => LearningRateSchedule.Factor(options, step, 8)).ToArray();

        CollectionAssert.AreEqual(new[] { 1.0 / 3, 2.0 / 3, 1, 1, 1, 1, 1, 1 }, factors);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(7)]
    public void EveryStepOfAShortTrainingLearns(int stepCount)
    {
        foreach (var schedule in Enum.GetValues<ScheduleKind>())
        {
            var options = new TrainingOptions { Schedule = schedule };

            var factors = Enumerable.Range(0, stepCount).Select(step => LearningRateSchedule.Factor(options, step, stepCount)).ToArray();

            Assert.IsTrue(factors.All(factor => factor is > 0 and <= 1), $"{schedule}: {string.Join(", ", factors)}");
        }
    }

    [TestMethod]
    public void ScalingRisesFromTheRateOfOneProcessToThatOfAll()
    {
        var factors = ThreadTransport.Run(4, transport =>
        {
            var options = new TrainingOptions { Distributed = new(transport), ScaleLearningRate = true, WarmUpFraction = 0.3 };
            return Enumerable.Range(0, 10).Select(step => LearningRateSchedule.Factor(options, step, 10)).ToArray();
        })[0];

        CollectionAssert.AreEqual(new[] { 1.75, 2.5, 3.25, 4 }, factors[..4]);
        Assert.AreEqual(4 * LearningRateSchedule.Factor(new() { WarmUpFraction = 0.3 }, 9, 10), factors[9], 1e-12);
    }
}
