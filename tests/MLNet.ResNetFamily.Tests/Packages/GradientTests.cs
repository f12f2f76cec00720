using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace MLNet.ResNetFamily.Tests.Packages;

/// <summary>
/// How TorchSharp computes gradients: training adds those of several batches, Grad-CAM takes one of its own, and DenseNet has a function of
/// its own.
/// </summary>
[TestClass]
public sealed class GradientTests
{
    [TestMethod]
    public void ABackwardPassAddsToTheGradientsThatThereAre()
    {
        using var scope = NewDisposeScope();
        var weight = tensor(new float[] { 2, 3 }, requires_grad: true);

        (weight * weight).sum().backward();
        (weight * 10).sum().backward();

        CollectionAssert.AreEqual(new float[] { 14, 16 }, weight.grad!.data<float>().ToArray());
    }

    [TestMethod]
    public void AutogradGradLeavesTheGradientsOfWeightsAlone()
    {
        using var scope = NewDisposeScope();
        var weight = tensor(5f, requires_grad: true);
        var x = tensor(3f, requires_grad: true);

        var slope = autograd.grad([weight * x.pow(2)], [x])[0];

        Assert.AreEqual(30, slope.item<float>());
        Assert.IsNull(weight.grad);
        Assert.IsNull(x.grad);
    }

    [TestMethod]
    public void AnInnerModeEndsWithItsBlock()
    {
        using var scope = NewDisposeScope();
        var weight = ones(1, requires_grad: true);

        using (no_grad())
        {
            Assert.IsFalse((weight * 2).requires_grad);
            using (enable_grad())
                Assert.IsTrue((weight * 2).requires_grad);
            Assert.IsFalse(is_grad_enabled());
        }
        using (inference_mode())
            Assert.IsFalse((weight * 2).requires_grad);

        Assert.IsTrue((weight * 2).requires_grad);
    }

    [TestMethod]
    public void AFunctionHasItsOwnGradientAndCarriesWhatIsNoTensor()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new float[] { 2, 3 }, requires_grad: true);
        var y = tensor(new float[] { 5, 7 }, requires_grad: true);

        var result = Product.apply(10.0, x, y);
        (result * 2).sum().backward();

        CollectionAssert.AreEqual(new float[] { 100, 210 }, result.data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 100, 140 }, x.grad!.data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 40, 60 }, y.grad!.data<float>().ToArray());
    }

    [TestMethod]
    public void WhatAFunctionKeepsIsFreedWithItsGraph()
    {
        using var weight = ones(1000, requires_grad: true);
        Step();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;

        for (var i = 0; i < 50; i++)
            Step();

        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.AreEqual(before, Tensor.TotalCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            Product.apply(1.0, weight, weight).sum().backward();
            weight.grad = null;
        }
    }

    [TestMethod]
    public void CrossEntropySmoothsAndWeighsClassesAndTakesShares()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[] { 1, 2, 3 }).reshape(1, 3);
        var total = Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(3));
        var target = tensor(new long[] { 2 });
        var shares = tensor(new float[] { 0.25f, 0, 0.75f }).reshape(1, 3);
        var weights = tensor(new float[] { 1, 1, 4 });
        var batch = tensor(new float[] { 1, 2, 3, 1, 2, 3 }).reshape(2, 3);

        Assert.AreEqual(total - (0.9 * 3 + 0.1 * 2), nn.functional.cross_entropy(logits, target, label_smoothing: 0.1).item<float>(), 1e-6);
        Assert.AreEqual(total - (0.25 * 1 + 0.75 * 3), nn.functional.cross_entropy(logits, shares).item<float>(), 1e-6);
        // A mean weighted by the classes that are there.
        Assert.AreEqual(
            (4 * (total - 3) + (total - 1)) / 5, nn.functional.cross_entropy(batch, tensor(new long[] { 2, 0 }), weights)
                .item<float>(), 1e-6);
    }

    private sealed class Product : SingleTensorFunction<Product>
    {
        public override string Name => nameof(Product);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            var (factor, x, y) = ((double)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
            ctx.save_data("factor", factor);
            ctx.save_for_backward([x, y]);
            return x * y * factor;
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
        {
            var (factor, saved) = ((double)ctx.get_data("factor"), ctx.get_saved_variables());
            return [null!, grad_output * saved[1] * factor, grad_output * saved[0] * factor];
        }
    }
}
