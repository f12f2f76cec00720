namespace MLNet.ResNetFamily.Tests.Reports;

[TestClass]
public sealed class MetricsTests
{
    // Three images of a, of which one is taken for b; one of b; none of c.
    private static readonly LabeledScores Scores = new(
        ["a", "b", "c"],
        [
            LabeledScore.Of(0, 0, [0.9f, 0.05f, 0.05f]),
            LabeledScore.Of(1, 0, [0.5f, 0.3f, 0.2f]),
            LabeledScore.Of(2, 0, [0.1f, 0.8f, 0.1f]),
            LabeledScore.Of(3, 1, [0.05f, 0.9f, 0.05f]),
        ],
        [],
        1);

    [TestMethod]
    public void SharesAndLossAreThoseOfTheAnswers()
    {
        Assert.AreEqual(0.75, Scores.Accuracy);
        Assert.AreEqual(1, Scores.TopFive);
        Assert.AreEqual(-(Math.Log(0.9) + Math.Log(0.5) + Math.Log(0.1) + Math.Log(0.9)) / 4, Scores.LogLoss, 1e-6);
    }

    [TestMethod]
    public void ConfusionCountsRowsByTheirTrueClass()
    {
        var confusion = new Confusion(Scores);

        Assert.AreEqual(2, confusion[0, 0]);
        Assert.AreEqual(1, confusion[0, 1]);
        Assert.AreEqual((0, 1, 1), confusion.Mistakes.Single());
    }

    [TestMethod]
    public void ClassesHavePrecisionRecallAndF1()
    {
        var classes = new Confusion(Scores).Classes;

        Assert.AreEqual((1, 2.0 / 3, 0.8), (classes[0].Precision, classes[0].Recall, classes[0].F1));
        Assert.AreEqual((0.5, 1, 2.0 / 3), (classes[1].Precision, classes[1].Recall, classes[1].F1));
        Assert.AreEqual((0, 0, 0), (classes[2].Precision, classes[2].Recall, classes[2].F1));
    }

    [TestMethod]
    public void MacroF1IsTheMeanOverTheClassesThatWereShownOrPredicted()
    {
        var withC = new LabeledScores(Scores.ClassNames, [.. Scores.Rows, LabeledScore.Of(4, 1, [0.1f, 0.2f, 0.7f])], [], 1);

        Assert.AreEqual((0.8 + 2.0 / 3) / 2, new Confusion(Scores).MacroF1, 1e-12);     // c was neither
        Assert.AreEqual((0.8 + 0.5 + 0) / 3, new Confusion(withC).MacroF1, 1e-12);      // taken for c once, never right
    }

    [TestMethod]
    public void CalibrationErrorWeighsTheBinsByTheirImages()
    {
        var calibration = new Calibration(Scores.Rows);

        // Bins: 0.5 (right), 0.8 (wrong), 0.9 twice (right).
        Assert.AreEqual((0.5 + 0.8 + 2 * 0.1) / 4, calibration.ExpectedError, 1e-6);
        CollectionAssert.AreEqual(new[] { 1, 1, 2 }, calibration.Bins.Select(bin => bin.Count).ToArray());
    }

    [TestMethod]
    public void RankOfTheLabelIsTheNumberOfMoreProbableClasses()
    {
        Assert.AreEqual(2, LabeledScore.Of(0, 2, [0.5f, 0.3f, 0.2f]).LabelRank);
    }
}
