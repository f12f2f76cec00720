namespace MLNet.ResNetFamily.Tests.Metrics;

[TestClass]
public sealed class MultiLabelScoresTests
{
    private const double Tolerance = 1e-12;

    // Of the user guide of scikit-learn: average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) is 0.8333.
    [TestMethod]
    public void AveragePrecisionIsThatOfScikitLearn()
    {
        var ranking = new ProbabilityRanking([(0.1f, false), (0.4f, false), (0.35f, true), (0.8f, true)]);

        Assert.AreEqual(0.5 * 1 + 0.5 * 2 / 3, ranking.AveragePrecision, Tolerance);
    }

    [TestMethod]
    public void EqualProbabilitiesAreOnePoint()
    {
        // At 0.6 one of two is found, at 0.3 three more images come, two of them of the class.
        var ranking = new ProbabilityRanking([(0.6f, true), (0.6f, false), (0.3f, true), (0.3f, false), (0.3f, true)]);

        Assert.AreEqual(1 / 3.0 * 1 / 2 + 2 / 3.0 * 3 / 5, ranking.AveragePrecision, Tolerance);
    }

    [TestMethod]
    public void AClassThatNoImageShowsHasNoAveragePrecisionAndTheEvenThreshold()
    {
        var ranking = new ProbabilityRanking([(0.9f, false), (0.1f, false)]);

        Assert.AreEqual(0, ranking.AveragePrecision);
        Assert.AreEqual(0.5f, ranking.BestThreshold);
    }

    [TestMethod]
    public void TheThresholdIsThatOfTheHighestF1()
    {
        // F1 from the top: 2·1/(1+2), 2·1/(2+2), 2·2/(3+2) at 0.2, 2·2/(4+2).
        var ranking = new ProbabilityRanking([(0.1f, false), (0.4f, false), (0.2f, true), (0.8f, true)]);

        Assert.AreEqual(0.15f, ranking.BestThreshold, 1e-6f);
    }

    [TestMethod]
    public void FiguresAreThoseOfTheirDefinitions()
    {
        var metrics = Scores().Metrics(["a", "b", "c"], [0.5f, 0.5f, 0.5f]);

        // Class a: of 2 images 1 found, 2 predicted. Class b: of 3 images 2 found, 2 predicted. Class c: none shown, 1 predicted.
        Assert.AreEqual((2L, 2L, 1L), (metrics.PerClass[0].Count, metrics.PerClass[0].PredictedCount, metrics.PerClass[0].RightCount));
        Assert.AreEqual((3L, 2L, 2L), (metrics.PerClass[1].Count, metrics.PerClass[1].PredictedCount, metrics.PerClass[1].RightCount));
        Assert.AreEqual((0L, 1L, 0L), (metrics.PerClass[2].Count, metrics.PerClass[2].PredictedCount, metrics.PerClass[2].RightCount));
        Assert.AreEqual((0.5, 0.5), (metrics.PerClass[0].Precision, metrics.PerClass[0].Recall));
        Assert.AreEqual((1, 2 / 3.0), (metrics.PerClass[1].Precision, metrics.PerClass[1].Recall));
        Assert.AreEqual(0.5, metrics.PerClass[0].F1, Tolerance);
        Assert.AreEqual(0.8, metrics.PerClass[1].F1, Tolerance);
        Assert.AreEqual(0, metrics.PerClass[2].F1);
        Assert.AreEqual(2.0 * 3 / (5 + 5), metrics.MicroF1, Tolerance);
        Assert.AreEqual((0.5 + 0.8 + 0) / 3, metrics.MacroF1, Tolerance);
        // Class a: 0.9 yes, 0.6 no, 0.4 yes, 0.2 no. Class b: 0.8 yes, 0.7 yes, 0.3 yes, 0.1 no.
        Assert.AreEqual(0.5 * 1 + 0.5 * 2 / 3, metrics.PerClass[0].AveragePrecision, Tolerance);
        Assert.AreEqual(1, metrics.PerClass[1].AveragePrecision, Tolerance);
        Assert.AreEqual((0.5 + 1 / 3.0 + 1 + 0) / 3, metrics.MacroAveragePrecision, Tolerance);
        // All together: .9 yes, .8 yes, .7 yes, .6 no, .55 no, .4 yes, .3 yes, then no more.
        Assert.AreEqual((1 + 1 + 1 + 4 / 6.0 + 5 / 7.0) / 5, metrics.MicroAveragePrecision, Tolerance);
        Assert.AreEqual(1 / 4.0, metrics.SubsetAccuracy, Tolerance);
        Assert.AreEqual(4 / 12.0, metrics.HammingLoss, Tolerance);
        Assert.AreEqual(4, metrics.ImageCount);
    }

    [TestMethod]
    public void TunedThresholdsGiveEveryClassItsHighestF1()
    {
        var scores = Scores();

        var thresholds = scores.BestThresholds();

        CollectionAssert.AreEqual(new[] { 0.3f, 0.2f, 0.5f }, thresholds);
        var metrics = scores.Metrics(["a", "b", "c"], thresholds);
        Assert.AreEqual(0.8, metrics.PerClass[0].F1, Tolerance);
        Assert.AreEqual(1, metrics.PerClass[1].F1, Tolerance);
    }

    private static MultiLabelScores Scores()
    {
        var scores = new MultiLabelScores(3);
        scores.Add([0.9f, 0.8f, 0.05f], [0, 1]);
        scores.Add([0.6f, 0.7f, 0.06f], [1]);
        scores.Add([0.4f, 0.3f, 0.07f], [0, 1]);
        scores.Add([0.2f, 0.1f, 0.55f], []);
        return scores;
    }
}
