using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class BinaryCrossEntropyLossTests
{
    private static readonly double[] Logits = [2, -1, 0.5, -3];
    private static readonly double[] Targets = [1, 0, 0, 1];

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.2)]
    public void ItIsTheMeanOverImagesAndClasses(double smoothing)
    {
        using var loss = new BinaryCrossEntropyLoss(classWeights: null, positiveWeights: null, smoothing);

        var expected = Logits.Zip(Targets, (x, y) => CrossEntropy(x, y * (1 - smoothing) + smoothing / 2, 1)).Average();
        Assert.AreEqual(expected, Of(loss), 1e-6);
    }

    [TestMethod]
    public void ClassesAndThoseThatShowThemAreWeighted()
    {
        using var loss = new BinaryCrossEntropyLoss(tensor(new float[] { 3, 1 }), tensor(new float[] { 1, 5 }), labelSmoothing: 0);

        var expected = (3 * CrossEntropy(2, 1, 1) + CrossEntropy(-1, 0, 5) + 3 * CrossEntropy(0.5, 0, 1) + CrossEntropy(-3, 1, 5)) / 4;
        Assert.AreEqual(expected, Of(loss), 1e-6);
    }

    [TestMethod]
    public void AnImageIsRightWhereAllItsLabelsAre()
    {
        using var scope = NewDisposeScope();
        using var loss = new BinaryCrossEntropyLoss(classWeights: null, positiveWeights: null, labelSmoothing: 0);

        var right = loss.RightCount(
            tensor(new float[] { 2, -1, 2, 1, -1, -1 }).view(3, 2), tensor(new float[] { 1, 0, 1, 0, 0, 0 }).view(3, 2));

        Assert.AreEqual(2, right);
    }

    private static float Of(BinaryCrossEntropyLoss loss)
    {
        using var scope = NewDisposeScope();
        return loss.Of(Matrix(Logits), Matrix(Targets)).item<float>();

        static Tensor Matrix(double[] values) => tensor(Array.ConvertAll(values, value => (float)value)).view(2, 2);
    }

    private static double CrossEntropy(double logit, double target, double positiveWeight)
    {
        var probability = 1 / (1 + Math.Exp(-logit));
        return -(positiveWeight * target * Math.Log(probability) + (1 - target) * Math.Log(1 - probability));
    }
}
