using static TorchSharp.torch;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class NetworkRecorderTests
{
    [TestMethod]
    public void EachStepIsNotedWithWhatGoesInAndWhatComesOut()
    {
        using var network = new Steps(x =>
        {
            var y = x.Elu(0.5);
            y.Relu_();
            return y.Add(x).Alias().Mul(2);
        });

        var steps = NetworkRecorder.Record(network, zeros(1, 2));

        NetworkOperation[] expected =
        [
            new NetworkOperation.ELU(0.5), new NetworkOperation.ReLU(), new NetworkOperation.Add(), new NetworkOperation.Scale(2),
        ];
        CollectionAssert.AreEqual(expected, steps.Select(step => step.Operation).ToArray());
        Assert.AreEqual("0>1 1>2 2,0>3 3>4", string.Join(' ', steps.Select(step => $"{string.Join(',', step.Inputs)}>{step.Output}")));
    }

    [TestMethod]
    public void AnOperationThatIsNotNotedIsNamedByWhatCameBefore()
    {
        using var network = new Steps(x => x.Relu().tanh().Relu());

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => NetworkRecorder.Record(network, zeros(1, 2)));

        StringAssert.Contains(error.Message, "A tensor of shape [1, 2] was computed after step 1, ReLU");
        StringAssert.Contains(error.Message, "Write it with the methods of 'Operations'");
        Assert.IsNull(NetworkRecorder.Current);
    }

    [TestMethod]
    public void WhatAnotherThreadComputesIsNotNoted()
    {
        using var network = new Steps(x =>
        {
            var other = new Thread(() => zeros(1).Relu().Dispose());
            other.Start();
            other.Join();
            return x.Relu();
        });

        Assert.HasCount(1, NetworkRecorder.Record(network, zeros(1, 2)));
    }

    // In ordinary use an operation makes what torch makes and nothing more.
    [TestMethod]
    public void OrdinaryPassesAllocateNoMoreThanTorchsOwn()
    {
        using var x = zeros(1);

        Assert.AreEqual(Allocated(() => x.relu_()), Allocated(() => x.Relu_()));
        Assert.AreEqual(Allocated(() => x.add_(x)), Allocated(() => x.Add_(x)));
        Assert.AreEqual(Allocated(() => x.add(x).Dispose()), Allocated(() => x.Add(x).Dispose()));

        static long Allocated(Action action)
        {
            action();
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private sealed class Steps(Func<Tensor, Tensor> pass) : TensorModule(nameof(Steps))
    {
        public override Tensor forward(Tensor input) => pass(input);
    }
}
