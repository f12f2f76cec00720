namespace MLNet.ResNetFamily.Tests.Compute;

[TestClass]
public sealed class DecodeComputeGateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [TestMethod]
    public void TheNetworkWaitsForImagesThatAreBeingDecoded()
    {
        var gate = new DecodeComputeGate();
        var (decoding, alsoDecoding) = (gate.Decode(), gate.Decode());
        var (areDecoded, seen) = (false, false);
        var network = StartWaiting(() =>
        {
            using (gate.Compute())
                seen = Volatile.Read(ref areDecoded);
        });

        decoding.Dispose();
        Volatile.Write(ref areDecoded, true);
        alsoDecoding.Dispose();

        Assert.IsTrue(network.Join(Patience));
        Assert.IsTrue(seen, "the network computed while an image was being decoded");
    }

    [TestMethod]
    public void NothingIsDecodedWhileTheNetworkComputes()
    {
        var gate = new DecodeComputeGate();
        var computing = gate.Compute();
        var (isComputed, seen) = (false, false);
        var decoder = StartWaiting(() =>
        {
            using (gate.Decode())
                seen = Volatile.Read(ref isComputed);
        });

        Volatile.Write(ref isComputed, true);
        computing.Dispose();

        Assert.IsTrue(decoder.Join(Patience));
        Assert.IsTrue(seen, "an image was decoded while the network computed");
    }

    [TestMethod]
    public void NoMoreImagesAreBegunWhereTheNetworkWaits()
    {
        var gate = new DecodeComputeGate();
        var first = gate.Decode();
        using var isTested = new ManualResetEventSlim();
        var (hasComputed, seen) = (false, false);
        var network = StartWaiting(() =>
        {
            using (gate.Compute())
                hasComputed = isTested.Wait(Patience);
        });
        var second = StartWaiting(() =>
        {
            using (gate.Decode())
                seen = hasComputed;
        });

        first.Dispose();
        isTested.Set();

        Assert.IsTrue(network.Join(Patience));
        Assert.IsTrue(second.Join(Patience));
        Assert.IsTrue(seen, "an image was begun before the network that waited had its turn");
    }

    /// <summary>A thread that has come to where it waits, or, where the gate is broken, to its end.</summary>
    private static Thread StartWaiting(ThreadStart action)
    {
        var thread = new Thread(action) { IsBackground = true };
        thread.Start();
        Assert.IsTrue(SpinWait.SpinUntil(() => !thread.IsAlive || thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Patience));
        return thread;
    }
}
