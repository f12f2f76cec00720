namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class LearningRateCurveTests
{
    [TestMethod]
    public void TheSuggestionIsWhereTheLossFallsFastest()
    {
        // Flat, then a logistic fall around step 50, then up again.
        var steps = Enumerable.Range(0, 100)
            .Select(step =>
                (Math.Pow(10, step / 20.0 - 4), 2 / (1 + Math.Exp((step - 50) / 3.0)) + (step > 75 ? step - 75.0 : 0))).ToList();

        var curve = LearningRateCurve.Of(steps);

        Assert.HasCount(100, curve.Points);
        Assert.IsInRange(Math.Pow(10, 50 / 20.0 - 4), Math.Pow(10, 62 / 20.0 - 4), curve.Suggestion);     // smoothing lags a few steps
        Assert.AreEqual(steps[0].Item2, curve.Points[0].SmoothedLoss, 1e-12);
    }

    [TestMethod]
    public void OneStepGivesItsOwnRate() => Assert.AreEqual(0.1, LearningRateCurve.Of([(0.1, 2)]).Suggestion);
}
