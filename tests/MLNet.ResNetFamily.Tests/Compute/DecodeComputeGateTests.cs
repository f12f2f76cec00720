namespace MLNet.ResNetFamily.Tests.Compute;

[TestClass]
public sealed class DecodeComputeGateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestMethod]
    public void TheNetworkWaitsForImagesThatAreBeingDecoded()
    {
        var turns = new DecodeComputeGate();
        var decoding = turns.Decode();
        var alsoDecoding = turns.Decode();

        var network = Task.Run(() => turns.Compute());
        decoding.Dispose();
        Assert.IsFalse(network.Wait(TimeSpan.FromMilliseconds(50)));
        alsoDecoding.Dispose();

        Assert.IsTrue(network.Wait(Patience));
    }

    [TestMethod]
    public void NothingIsDecodedWhileTheNetworkComputes()
    {
        var turns = new DecodeComputeGate();
        var computing = turns.Compute();

        var decoder = Task.Run(() => turns.Decode());
        Assert.IsFalse(decoder.Wait(TimeSpan.FromMilliseconds(50)));
        computing.Dispose();

        Assert.IsTrue(decoder.Wait(Patience));
    }

    [TestMethod]
    public void NoMoreImagesAreBegunWhereTheNetworkWaits()
    {
        var turns = new DecodeComputeGate();
        var first = turns.Decode();
        var network = Task.Run(() => turns.Compute());
        SpinWait.SpinUntil(() => network.Status == TaskStatus.Running, Patience);
        Thread.Sleep(50);

        var second = Task.Run(() => turns.Decode());
        Assert.IsFalse(second.Wait(TimeSpan.FromMilliseconds(50)));
        first.Dispose();
        Assert.IsTrue(network.Wait(Patience));
        Assert.IsFalse(second.Wait(TimeSpan.FromMilliseconds(50)));
        network.Result.Dispose();

        Assert.IsTrue(second.Wait(Patience));
    }
}
