namespace MLNet.ResNetFamily.Examples.Tests;

/// <summary>What is done once, after all tests.</summary>
[TestClass]
public class TestRun
{
    [AssemblyCleanup]
    public static void DeleteTemporaryFiles() => SmallModel.Delete();
}
