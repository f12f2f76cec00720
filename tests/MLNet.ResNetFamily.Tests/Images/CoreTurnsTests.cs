namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public sealed class CoreTurnsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestMethod]
    public void TheNetworkWaitsForImagesThatAreBeingDecoded()
    {
        var turns = new CoreTurns();
        var decoding = turns.Decode();
        var alsoDecoding = turns.Decode();
        using var began = new ManualResetEventSlim();

        var network = Task.Run(() =>
        {
            using (turns.Compute())
                began.Set();
        });
        decoding.Dispose();
        Assert.IsFalse(began.Wait(TimeSpan.FromMilliseconds(50)));
        alsoDecoding.Dispose();

        Assert.IsTrue(began.Wait(Patience));
        Assert.IsTrue(network.Wait(Patience));
    }

    [TestMethod]
    public void NothingIsDecodedWhileTheNetworkComputes()
    {
        var turns = new CoreTurns();
        var computing = turns.Compute();
        using var began = new ManualResetEventSlim();

        var decoder = Task.Run(() =>
        {
            using (turns.Decode())
                began.Set();
        });
        Assert.IsFalse(began.Wait(TimeSpan.FromMilliseconds(50)));
        computing.Dispose();

        Assert.IsTrue(began.Wait(Patience));
        Assert.IsTrue(decoder.Wait(Patience));
    }

    [TestMethod]
    public void NoMoreImagesAreBegunWhereTheNetworkWaits()
    {
        var turns = new CoreTurns();
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
