using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Scoring;

[TestClass]
public sealed class PrecisionCalibrationTests
{
    [TestMethod]
    public void LabelsThatStandFarApartAgree()
    {
        var trial = Trial(margin: 5, shift: 0.1f);

        Assert.IsTrue(trial.IsOver);
        Assert.IsTrue(trial.Agrees);
        Assert.AreEqual(0, trial.Disagreement);
    }

    [TestMethod]
    public void LabelsThatStandNearerThanBFloat16MovesThemDoNot()
    {
        var trial = Trial(margin: 0.1f, shift: 0.2f);

        Assert.IsFalse(trial.Agrees);
        Assert.AreEqual(0.5, trial.Disagreement, 1e-9);
    }

    [TestMethod]
    public void OneNearLabelAmongManyIsTooMany()
    {
        var trial = new PrecisionCalibration(OutputActivation.Softmax);
        Add(trial, PrecisionCalibration.ImageCount - 1, margin: 5, shift: 0.2f);
        Assert.IsFalse(trial.IsOver);

        Add(trial, 1, margin: 0.1f, shift: 0.2f);

        // One of 64 labels changes every other time.
        Assert.AreEqual(0.5 / 64, trial.Disagreement, 1e-9);
        Assert.IsFalse(trial.Agrees);
    }

    [TestMethod]
    [DataRow(0.1f, 0)]
    [DataRow(0.3f, 0.5)]
    public void WhereAnImageMayShowSeveralClassesTheMostDoubtfulOneCounts(float shift, double disagreement)
    {
        using var scope = NewDisposeScope();
        var trial = new PrecisionCalibration(OutputActivation.Sigmoid);
        var exact = tensor(new float[] { 5, -0.2f, 3 }).view(1, 3).expand(PrecisionCalibration.ImageCount, 3);

        trial.Add(exact, exact + shift);

        Assert.IsTrue(trial.IsOver);
        Assert.AreEqual(disagreement, trial.Disagreement, 1e-9);
    }

    [TestMethod]
    public void AnAnswerThatIsNoNumberEndsTheTrial()
    {
        using var scope = NewDisposeScope();
        var trial = new PrecisionCalibration(OutputActivation.Softmax);

        trial.Add(zeros(1, 3), zeros(1, 3) / 0);

        Assert.IsTrue(trial.IsOver);
        Assert.IsFalse(trial.Agrees);
    }

    [TestMethod]
    [DataRow(1.04f, true)]
    [DataRow(1.06f, false)]
    public void FeaturesMayDifferByTheTwentiethPart(float factor, bool agrees)
    {
        using var scope = NewDisposeScope();
        var trial = new PrecisionCalibration(OutputActivation.None);
        var features = rand(PrecisionCalibration.ImageCount, 8);

        trial.Add(features, features * factor);

        Assert.IsTrue(trial.IsOver);
        Assert.AreEqual(agrees, trial.Agrees);
    }

    [TestMethod]
    public void TheOnlyClassIsNeverMistaken()
    {
        using var scope = NewDisposeScope();
        var trial = new PrecisionCalibration(OutputActivation.Softmax);

        trial.Add(rand(PrecisionCalibration.ImageCount, 1), rand(PrecisionCalibration.ImageCount, 1));

        Assert.IsTrue(trial.Agrees);
    }

    private static PrecisionCalibration Trial(float margin, float shift)
    {
        var trial = new PrecisionCalibration(OutputActivation.Softmax);
        Add(trial, PrecisionCalibration.ImageCount, margin, shift);
        return trial;
    }

    // Logits of three classes, the best ahead by the margin; bfloat16 gives the second more by the shift.
    private static void Add(PrecisionCalibration trial, int images, float margin, float shift)
    {
        using var scope = NewDisposeScope();
        var exact = tensor(new[] { 1, 1 + margin, -3f }).repeat(images, 1);
        trial.Add(exact, exact + tensor(new[] { shift, 0, 0 }));
    }
}
