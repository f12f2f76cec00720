using TorchSharp;

namespace MLNet.ResNetFamily.Tests.Compute;

[TestClass]
public sealed class TorchThreadsTests
{
    [TestMethod]
    [DataRow(16, 1, 16)]
    [DataRow(16, 3, 5)]
    [DataRow(2, 2, 1)]
    [DataRow(2, 8, 1)]
    public void PassesThatRunAtOnceShareTheCores(int cores, int running, int expected) =>
        Assert.AreEqual(expected, TorchThreads.Part(cores, running));

    [TestMethod]
    public void ASecondPassTakesHalfOfTheCoresUntilTheFirstIsOver()
    {
        var (beside, alone) = (0, 0);
        using (TorchThreads.Share(null))
            beside = OnAnotherThread();
        alone = OnAnotherThread();

        Assert.AreEqual(Math.Max(1, Environment.ProcessorCount / 2), beside);
        Assert.AreEqual(Environment.ProcessorCount, alone);

        static int OnAnotherThread() => ThreadsOfAPass(null);
    }

    [TestMethod]
    public void ANumberThatWasAskedForIsNotShared()
    {
        using var first = TorchThreads.Share(2);

        Assert.AreEqual(2, ThreadsOfAPass(2));
    }

    private static int ThreadsOfAPass(int? wanted)
    {
        var threads = 0;
        var thread = new Thread(() =>
        {
            using var share = TorchThreads.Share(wanted);
            threads = torch.get_num_threads();
        });
        thread.Start();
        thread.Join();
        return threads;
    }
}
