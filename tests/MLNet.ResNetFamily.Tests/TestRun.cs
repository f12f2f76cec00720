namespace MLNet.ResNetFamily.Tests;

/// <summary>What is done once, after all tests.</summary>
[TestClass]
public class TestRun
{
    [AssemblyCleanup]
    public static void DeleteTemporaryFiles() => TinyClassifier.Delete();
}
