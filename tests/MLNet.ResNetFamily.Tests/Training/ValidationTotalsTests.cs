using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class ValidationTotalsTests
{
    [TestMethod]
    public void FiguresAreThoseOfTheirDefinitions()
    {
        using var scope = NewDisposeScope();
        var totals = new ValidationTotals(classCount: 7);
        int[] labels = [0, 0, 0, 1, 2], predictions = [0, 0, 1, 1, 3];

        totals.Add(1, Logits(predictions[..2]), labels.AsSpan(0, 2));
        totals.Add(2, Logits(predictions[2..]), labels.AsSpan(2));

        Assert.AreEqual(5, totals.Count);
        Assert.AreEqual((2 * 1 + 3 * 2) / 5.0, totals.Loss, 1e-12);
        Assert.AreEqual(3 / 5.0, totals.Accuracy, 1e-12);
        // F1: class 0 2·2/(3+2), class 1 2·1/(1+2), classes 2 and 3 nothing; 4 to 6 were neither shown nor predicted.
        Assert.AreEqual((4 / 5.0 + 2 / 3.0) / 4, totals.MacroF1, 1e-12);
    }

    [TestMethod]
    public void TheFiveMostProbableClassesCount()
    {
        using var scope = NewDisposeScope();
        var totals = new ValidationTotals(classCount: 7);

        totals.Add(1, tensor(new float[] { 1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7 }).view(2, 7), [2, 1]);

        Assert.AreEqual(0.5, totals.Top5Accuracy);
    }

    private static Tensor Logits(int[] predictions) =>
        nn.functional.one_hot(tensor(Array.ConvertAll(predictions, label => (long)label)), 7).to(ScalarType.Float32);
}
