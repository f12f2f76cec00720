using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class TrainingLossTests
{
    // In PyTorch 1.13: s as below; y = (shares > 0.2).float() * (1 - smoothing) + smoothing / 3
    // l = F.binary_cross_entropy_with_logits(s, y, reduction='none').mean(1); w = shares @ cw, or ones; ((l * w).sum() / w.sum()).item()
    [TestMethod]
    [DataRow(false, 0.0, false, 0.7214152)]
    [DataRow(false, 0.1, false, 0.7422484)]
    [DataRow(true, 0.1, false, 0.8172483)]
    [DataRow(true, 0.1, true, 0.7801471)]
    [DataRow(false, 0.0, true, 0.6477690)]
    public void BinaryCrossEntropyIsThatOfPyTorch(bool mixed, double smoothing, bool weighted, double expected)
    {
        using var scope = NewDisposeScope();
        var logits = Rows([1.5f, -0.5f, 0.25f, -1.0f, 2.0f, 0.75f]);
        var targets = mixed ? Rows([0.7f, 0.3f, 0, 0, 0.15f, 0.85f]) : Numbers(0, 2);
        using var loss = new OneClassBinaryLoss(weighted ? tensor(new[] { 1f, 2, 0.5f }) : null, smoothing);

        Assert.AreEqual(expected, loss.Of(logits, targets).item<float>(), 1e-6);
    }

    [TestMethod]
    public void AuxiliaryClassifiersCountByTheirWeight()
    {
        using var scope = NewDisposeScope();
        var (logits, auxiliary, targets) = (rand(4, 3), rand(4, 3), Numbers(0, 2, 1, 1));
        using var loss = new TrainingLoss(new CrossEntropyLoss(classWeights: null, labelSmoothing: 0));

        var alone = loss.Of(logits, logits, [], 0.3, targets);
        var three = loss.Of(logits, logits, [auxiliary, auxiliary], 0.3, targets);

        Assert.AreEqual(0.6f * loss.Of(auxiliary, targets, answer: null).item<float>(), (three - alone).item<float>(), 1e-6f);
    }

    private static Tensor Rows(float[] values) => tensor(values, [2, 3]);

    private static Tensor Numbers(params long[] values) => tensor(values);
}
