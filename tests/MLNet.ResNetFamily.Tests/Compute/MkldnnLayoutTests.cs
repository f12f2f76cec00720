using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Compute;

[TestClass]
public sealed class MkldnnLayoutTests
{
    [TestMethod]
    [DataRow(3, 1, 1, 1, 1, DisplayName = "3×3")]
    [DataRow(1, 1, 0, 1, 1, DisplayName = "1×1")]
    [DataRow(7, 2, 3, 1, 1, DisplayName = "7×7 with stride")]
    [DataRow(3, 2, 1, 1, 4, DisplayName = "3×3 with stride and groups")]
    [DataRow(3, 1, 2, 2, 1, DisplayName = "3×3 dilated")]
    public void AConvolutionAnswersAsBefore(int kernel, int stride, int padding, int dilation, int groups)
    {
        if (!MkldnnLayout.IsAvailable(ScalarType.Float32))
            Assert.Inconclusive("This libtorch has no oneDNN.");
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var network = nn.Sequential(nn.Conv2d(12, 20, kernel, stride: stride, padding: padding, dilation: dilation, groups: groups));
        var images = randn(2, 12, 15, 17);
        var expected = network.call(images);

        MkldnnLayout.Apply(network);
        var answer = network.call(MkldnnLayout.Enter(images)).to_dense();

        CollectionAssert.AreEqual(expected.shape, answer.shape);
        Assert.IsLessThan(1e-5, ((answer - expected).norm() / expected.norm()).item<float>());
    }

    [TestMethod]
    public void WhatReluAndPoolingAndAdditionGiveKeepsTheOrder()
    {
        if (!MkldnnLayout.IsAvailable(ScalarType.Float32))
            Assert.Inconclusive("This libtorch has no oneDNN.");
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var images = randn(2, 16, 8, 8);
        var expected = nn.functional.max_pool2d(images.relu(), 3, 2, 1) * 2;

        var pooled = nn.functional.max_pool2d(MkldnnLayout.Enter(images).relu_(), 3, 2, 1);

        Assert.IsTrue(expected.equal(pooled.add_(pooled).to_dense()).all().item<bool>());
    }

    [TestMethod]
    public void LookingWhetherItIsThereLeavesTheGeneratorAlone()
    {
        var before = get_rng_state();
        _ = MkldnnLayout.IsAvailable(ScalarType.BFloat16);
        Assert.IsTrue(before.equal(get_rng_state()).all().item<bool>());
    }
}
