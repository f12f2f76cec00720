using System.Runtime.InteropServices;
using MLNet.ResNetFamily.Tests.Cli;

namespace MLNet.ResNetFamily.Tests.Libtorch;

[TestClass]
public class LibtorchStartTests
{
    [TestMethod]
    [DataRow(Architecture.X64, null, true)]
    [DataRow(Architecture.X64, "1", true)]
    [DataRow(Architecture.X64, "0", false)]
    [DataRow(Architecture.Arm64, null, false)]
    public void NothingIsTouchedOnOtherProcessorsOrWhenTurnedOff(Architecture architecture, string? value, bool expected) =>
        Assert.AreEqual(expected, LibtorchStart.IsWanted(architecture, value));

    [TestMethod]
    public async Task AnotherLibtorchOnTheLibraryPathIsNotTaken()
    {
        using var folder = new TemporaryFolder();
        File.Copy(
            Path.Combine(Path.GetDirectoryName(NativeFiles.ProcessorLibrary)!, "libgomp-98b21ff3.so.1"),
            Path.Combine(folder.Path, LibtorchFiles.ProcessorLibrary));

        var (exitCode, output, errors) = await CommandLine.RunAsync(
            new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = folder.Path }, Summary);

        Assert.AreEqual(0, exitCode, errors);
        StringAssert.Contains(output, "\"parameters\"");
    }

    [TestMethod]
    public async Task TurnedOffWhereItIsNeededTheLoadersReasonIsTold()
    {
        if (OlderCppRuntime.Missing(File.ReadAllBytes(NativeFiles.TorchSharpLibrary)).Count == 0)
            Assert.Inconclusive("needs a system whose C++ runtime is older than GCC 13's, such as Debian 12");

        var (exitCode, output, errors) = await CommandLine.RunAsync(
            new Dictionary<string, string> { [LibtorchStart.Switch] = "0" }, Summary);

        Assert.AreEqual(1, exitCode);
        Assert.AreEqual("", output);
        StringAssert.Contains(errors, "TorchSharp's native libraries cannot be loaded.");
        StringAssert.Contains(errors, "GLIBCXX_3.4.32");
        StringAssert.Contains(errors, LibtorchStart.Switch);
    }

    [TestMethod]
    public async Task AProgramThatNeedsNoLibtorchLoadsNone()
    {
        using var folder = new TemporaryFolder();

        var (exitCode, _, errors) = await CommandLine.RunAsync(
            new Dictionary<string, string> { [CacheFolder.Variable] = folder.Path }, "list");

        Assert.AreEqual(0, exitCode, errors);
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    private static string[] Summary => ["summary", "resnet20_cifar", "--json"];
}
