using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Packages;

/// <summary>Who disposes of TorchSharp's tensors, and what one that is gone does.</summary>
[TestClass]
public sealed class ScopeTests
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
        }

        Assert.IsTrue(moved.IsInvalid);
        Assert.AreEqual(3, detached.item<float>());
        detached.Dispose();
    }

    [TestMethod]
    public void WhatIsMovedOutOfTheOutermostScopeStays()
    {
        Tensor moved;
        using (NewDisposeScope())
            moved = ones(1).MoveToOuterDisposeScope();

        Assert.AreEqual(1, moved.item<float>());
        moved.Dispose();
    }

    /// <summary>Networks are made within scopes.</summary>
    [TestMethod]
    public void TheWeightsOfALayerOutliveTheScopeButParametersMadeByHandDoNot()
    {
        Conv2d conv;
        BatchNorm2d norm;
        Parameter byHand;
        using (NewDisposeScope())
        {
            conv = nn.Conv2d(1, 1, 1);
            norm = nn.BatchNorm2d(1);
            byHand = new Parameter(ones(1));
        }

        Assert.IsFalse(conv.weight.IsInvalid || conv.bias!.IsInvalid || norm.weight!.IsInvalid || norm.running_mean!.IsInvalid);
        Assert.IsTrue(byHand.IsInvalid);
        conv.Dispose();
        norm.Dispose();
    }

    /// <summary>Norms are folded into convolutions within a scope.</summary>
    [TestMethod]
    public void ALayerKeepsTheParameterThatItIsGivenWithinAScope()
    {
        using var conv = nn.Conv2d(1, 1, 1, bias: false);

        using (NewDisposeScope())
            conv.weight = new Parameter(full([1, 1, 1, 1], 5f), requires_grad: false);

        Assert.AreEqual(5, conv.weight.item<float>());
        Assert.AreSame(conv.weight, conv.parameters().Single());
    }

    [TestMethod]
    public void EveryThreadHasItsOwnScopes()
    {
        using var scope = NewDisposeScope();
        Tensor? made = null;

        var thread = new Thread(() => made = ones(1));
        thread.Start();
        thread.Join();

        Assert.AreEqual(0, scope.DisposablesCount);
        Assert.IsFalse(made!.IsInvalid);
        made.Dispose();
    }

    [TestMethod]
    public void ManyThreadsScoreWithOneNetworkInModesOfTheirOwn()
    {
        using var network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten());
        network.eval();
        using var images = randn(2, 3, 8, 8);
        using var expected = network.call(images).detach();

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
    public void ADisposedTensorIsRefusedInsteadOfCrashing()
    {
        var gone = ones(2);
        using var other = ones(2);

        gone.Dispose();
        gone.Dispose();

        Assert.IsTrue(gone.IsInvalid);
        Assert.ThrowsExactly<InvalidOperationException>(() => gone.shape);
        Assert.ThrowsExactly<InvalidOperationException>(() => gone + 1);
        Assert.ThrowsExactly<InvalidOperationException>(() => other.add_(gone));
        Assert.ThrowsExactly<InvalidOperationException>(() => cat([other, gone]));
    }

    [TestMethod]
    public void ADisposedModuleTakesItsLayersWithIt()
    {
        var network = nn.Sequential(nn.Sequential(nn.Conv2d(1, 1, 1)), nn.BatchNorm2d(1));
        var state = network.state_dict().Values.ToArray();

        network.Dispose();

        Assert.IsTrue(state.All(tensor => tensor.IsInvalid));
    }
}
