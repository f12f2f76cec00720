namespace MLNet.ResNetFamily.Tests.Compute;

[TestClass]
public sealed class RefCountedTests
{
    private int _freed;

    [TestMethod]
    public void ItIsFreedAtOnceWhereNobodyUsesIt()
    {
        var shared = new RefCounted(() => _freed++, () => new("shared"));
        shared.Begin().Dispose();
        Assert.AreEqual(0, _freed);

        shared.End();
        shared.End();

        Assert.AreEqual(1, _freed);
    }

    [TestMethod]
    public void TheLastUserFreesWhatHasEnded()
    {
        var shared = new RefCounted(() => _freed++, () => new("shared"));
        var (first, second) = (shared.Begin(), shared.Begin());

        shared.End();
        first.Dispose();
        Assert.AreEqual(0, _freed);
        second.Dispose();

        Assert.AreEqual(1, _freed);
    }

    [TestMethod]
    public void NoUseBeginsAfterTheEnd()
    {
        var shared = new RefCounted(() => _freed++, () => new("shared"));
        using var running = shared.Begin();
        shared.End();

        Assert.ThrowsExactly<ObjectDisposedException>(() => shared.Begin());
    }
}
