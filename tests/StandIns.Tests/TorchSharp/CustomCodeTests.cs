using System.Runtime.InteropServices;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace StandIns.Tests;

[TestClass]
public class CustomCodeTests
{
    [TestMethod]
    public void ACustomFunctionHasItsOwnGradient()
    {
        using var scope = NewDisposeScope();
        Tensor x = tensor(new float[] { 2, 3 }, requires_grad: true), y = tensor(new float[] { 5, 7 });

        Tensor result = Product.apply(x, y, 10.0);
        (result * 2).sum().backward();

        CollectionAssert.AreEqual(new float[] { 100, 210 }, result.data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 100, 140 }, x.grad!.data<float>().ToArray());
        Assert.IsTrue(result.requires_grad);
        using (no_grad())
            Assert.IsFalse(Product.apply(x, y, 10.0).requires_grad);
    }

    [TestMethod]
    public void AFunctionOfSeveralTensorsPassesOneGradientToEach()
    {
        using var scope = NewDisposeScope();
        Tensor x = tensor(new float[] { 2 }, requires_grad: true), y = tensor(new float[] { 5 }, requires_grad: true);

        List<Tensor> results = SumAndDifference.apply(x, y);
        results[1].sum().backward();

        Assert.AreEqual(7, results[0].item<float>());
        Assert.AreEqual(1, x.grad!.item<float>());
        Assert.AreEqual(-1, y.grad!.item<float>());
    }

    [TestMethod]
    public void AnExceptionInTheBackwardPassReachesTheCaller()
    {
        if (!File.Exists(Path.Combine(AppContext.BaseDirectory, "libTorchSharpStandIn.so")))
            Assert.Inconclusive("Only the stand-in promises this.");

        using var scope = NewDisposeScope();
        Tensor x = ones(1, requires_grad: true);

        ExternalException exception = Assert.ThrowsExactly<ExternalException>(() => Failing.apply(x).backward());

        StringAssert.Contains(exception.Message, "no way back");
    }

    [TestMethod]
    public void TheGraphOfACustomFunctionIsFreed()
    {
        using var weight = ones(1000, requires_grad: true);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;

        for (int i = 0; i < 50; i++)
        {
            using var scope = NewDisposeScope();
            Product.apply(weight, weight, 1.0).sum().backward();
            weight.grad = null;
        }

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void ScriptsAreCompiledAndCalled()
    {
        using var scope = NewDisposeScope();
        using jit.CompilationUnit unit = jit.compile(
            """
            def scaled(x, factor: float):
                return x * factor
            def both(x):
                return x + 1, x - 1
            def nhwc(x):
                return x.contiguous(memory_format=2)
            def failing(x):
                return x.reshape(7)

            """);

        Assert.AreEqual(6, unit.invoke<Tensor>("scaled", tensor(3f), 2.0).item<float>());
        (Tensor more, Tensor less) = unit.invoke<(Tensor, Tensor)>("both", tensor(3f));
        Assert.AreEqual(4, more.item<float>());
        Assert.AreEqual(2, less.item<float>());
        CollectionAssert.AreEqual(new long[] { 60, 1, 15, 3 }, unit.invoke<Tensor>("nhwc", ones(2, 3, 4, 5)).stride());
        StringAssert.Contains(Assert.ThrowsExactly<ExternalException>(() => unit.invoke("failing", ones(3))).Message, "shape '[7]' is invalid for input of size 3");
        Assert.ThrowsExactly<ExternalException>(() => jit.compile("def broken(x) return x"));
    }

    private sealed class Product : SingleTensorFunction<Product>
    {
        public override string Name => nameof(Product);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            var (x, y) = ((Tensor)vars[0], (Tensor)vars[1]);
            ctx.save_for_backward([x, y]);
            ctx.save_data("factor", vars[2]);
            return x * y * (double)vars[2];
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
        {
            List<Tensor> saved = ctx.get_saved_variables();
            double factor = (double)ctx.get_data("factor");
            return [grad_output * saved[1] * factor, grad_output * saved[0] * factor, null!];
        }
    }

    private sealed class SumAndDifference : MultiTensorFunction<SumAndDifference>
    {
        public override string Name => nameof(SumAndDifference);

        public override List<Tensor> forward(AutogradContext ctx, params object[] vars) =>
            [(Tensor)vars[0] + (Tensor)vars[1], (Tensor)vars[0] - (Tensor)vars[1]];

        public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs) =>
            [grad_outputs[0] + grad_outputs[1], grad_outputs[0] - grad_outputs[1]];
    }

    private sealed class Failing : SingleTensorFunction<Failing>
    {
        public override string Name => nameof(Failing);

        public override Tensor forward(AutogradContext ctx, params object[] vars) => (Tensor)vars[0] + 1;

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => throw new NotSupportedException("no way back");
    }
}
