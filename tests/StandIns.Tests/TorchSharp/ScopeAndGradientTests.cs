using TorchSharp;
using static TorchSharp.torch;

namespace StandIns.Tests;

[TestClass]
public class ScopeAndGradientTests
{
    [TestMethod]
    public void AScopeDisposesWhatWasMadeInItAndNotMovedOut()
    {
        Tensor inner, moved, detached;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                inner = ones(1);
                moved = (inner + 1).MoveToOuterDisposeScope();
                detached = (inner + 2).DetachFromDisposeScope();
            }

            Assert.IsTrue(inner.IsInvalid);
            Assert.IsFalse(moved.IsInvalid);
            Assert.AreEqual(1, outer.DisposablesCount);
            Assert.IsTrue(outer.Contains(moved));
        }

        Assert.IsTrue(moved.IsInvalid);
        Assert.AreEqual(3, detached.item<float>());
        detached.Dispose();
    }

    [TestMethod]
    public void ScopesKeepWhatTheyAreToldAndAttachWhatIsOutside()
    {
        using Tensor outside = ones(1);
        Tensor kept, lost;
        using (var scope = NewDisposeScope())
        {
            kept = ones(1);
            lost = ones(1);
            scope.DisposeEverythingBut(kept);
            scope.Attach(outside);

            Assert.IsTrue(lost.IsInvalid);
            Assert.IsFalse(kept.IsInvalid);
            CollectionAssert.AreEquivalent(new object[] { kept, outside }, scope.DisposablesView.ToArray());
        }

        Assert.IsTrue(kept.IsInvalid);
        Assert.IsTrue(outside.IsInvalid);
    }

    [TestMethod]
    public void EveryThreadHasItsOwnScopes()
    {
        using var scope = NewDisposeScope();
        bool sawNone = false;
        Tensor? made = null;

        var thread = new Thread(() =>
        {
            sawNone = CurrentDisposeScope is null;
            using var own = NewDisposeScope();
            made = ones(1).MoveToOuterDisposeScope();
        });
        thread.Start();
        thread.Join();

        Assert.IsTrue(sawNone);
        Assert.IsFalse(made!.IsInvalid);
        Assert.AreEqual(0, scope.DisposablesCount);
        made.Dispose();
    }

    [TestMethod]
    public void ManyThreadsShareOneModule()
    {
        using var network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten());
        network.eval();
        using Tensor images = randn(2, 3, 8, 8), expected = network.call(images).detach();

        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using var scope = NewDisposeScope();
            using var inference = inference_mode();
            Assert.IsTrue(network.call(images).allclose(expected, atol: 1e-6));
            Assert.IsFalse(is_grad_enabled());
        });

        Assert.IsTrue(is_grad_enabled());
    }

    [TestMethod]
    public void StatisticsCountBalances()
    {
        DisposeScopeManager.Statistics.Reset();
        using (NewDisposeScope())
        {
            ones(1).DetachFromDisposeScope().Dispose();
            _ = ones(1);
        }

        ones(1).Dispose();

        ThreadDisposeScopeStatistics statistics = DisposeScopeManager.Statistics;
        Assert.AreEqual(2, statistics.CreatedInScopeCount);
        Assert.AreEqual(1, statistics.CreatedOutsideScopeCount);
        Assert.AreEqual(1, statistics.DetachedFromScopeCount);
        Assert.AreEqual(0, statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void GradientModesNest()
    {
        using var scope = NewDisposeScope();
        Tensor weight = ones(1, requires_grad: true);

        Assert.IsTrue(is_grad_enabled());
        using (no_grad())
        {
            Assert.IsFalse((weight * 2).requires_grad);
            using (enable_grad())
                Assert.IsTrue((weight * 2).requires_grad);
            using (set_grad_enabled(true))
                Assert.IsTrue(is_grad_enabled());
            Assert.IsFalse(is_grad_enabled());
        }

        using (inference_mode())
        {
            Assert.IsTrue(is_inference_mode_enabled());
            Assert.IsFalse((weight * 2).requires_grad);
            using (inference_mode(false))
                Assert.IsFalse(is_inference_mode_enabled());
        }

        Assert.IsTrue((weight * 2).requires_grad);
        Assert.IsFalse(is_inference_mode_enabled());
    }

    [TestMethod]
    public void BackwardFillsLeavesAndAccumulates()
    {
        using var scope = NewDisposeScope();
        Tensor weight = tensor(new float[] { 2, 3 }, requires_grad: true);

        (weight * weight).sum().backward();
        CollectionAssert.AreEqual(new float[] { 4, 6 }, weight.grad!.data<float>().ToArray());

        (weight * 10).sum().backward();
        CollectionAssert.AreEqual(new float[] { 14, 16 }, weight.grad!.data<float>().ToArray());

        weight.grad = null;
        Assert.IsNull(weight.grad);
        Assert.IsTrue(weight.is_leaf);
        Assert.IsFalse((weight * 1).is_leaf);
    }

    [TestMethod]
    public void GradGivesDerivativesOfAnyOrder()
    {
        using var scope = NewDisposeScope();
        Tensor x = tensor(3f, requires_grad: true);

        Tensor first = autograd.grad([x.pow(3)], [x], create_graph: true)[0];
        Tensor second = autograd.grad([first], [x])[0];

        Assert.AreEqual(27, first.item<float>());
        Assert.AreEqual(18, second.item<float>());
    }

    [TestMethod]
    public void ASecondBackwardPassIsLibtorchsError()
    {
        using var scope = NewDisposeScope();
        Tensor weight = ones(1, requires_grad: true);
        Tensor loss = (weight * weight).sum();
        loss.backward();

        var exception = Assert.ThrowsExactly<System.Runtime.InteropServices.ExternalException>(loss.backward);

        StringAssert.Contains(exception.Message, "backward through the graph a second time");
    }
}
