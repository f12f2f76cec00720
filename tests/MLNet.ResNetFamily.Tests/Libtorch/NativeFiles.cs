namespace MLNet.ResNetFamily.Tests.Libtorch;

/// <summary>The native files that this test run uses; a test that needs them is skipped on systems that have others.</summary>
internal static class NativeFiles
{
    public static string TorchSharpLibrary => Find(LibtorchFiles.TorchSharpLibrary);

    public static string ProcessorLibrary => Find(LibtorchFiles.ProcessorLibrary);

    private static string Find(string name)
    {
        if (LibtorchFiles.Find(typeof(TorchSharp.torch).Assembly, name) is { } path)
            return path;
        Assert.Inconclusive($"needs '{name}', a file of TorchSharp's packages for Linux on x64");
        return "";
    }
}
