namespace MLNet.ResNetFamily.Tests;

/// <summary>What is done once for all tests, and after each of them.</summary>
[TestClass]
public class TestRun
{
    private const long MostBytes = 4L << 30;

    // Models and tensors that a test left to the collector are freed before they add up.
    [GlobalTestCleanup]
    public static void FreeWhatIsLeft(TestContext context)
    {
        if (Environment.WorkingSet < MostBytes / 4)
            return;
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [AssemblyCleanup]
    public static void DeleteTemporaryFilesAndCheckTheMemory()
    {
        TinyClassifier.Delete();
        if (!OperatingSystem.IsLinux())
            return;
        var highest = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        var bytes = long.Parse(highest.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024;
        Assert.IsLessThan(MostBytes, bytes, $"The tests' process took {bytes >> 20} MB at its peak.");
    }
}
