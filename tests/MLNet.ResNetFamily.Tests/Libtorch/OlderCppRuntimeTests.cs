using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily.Tests.Libtorch;

[TestClass]
public class OlderCppRuntimeTests
{
    private readonly byte[] _library = File.ReadAllBytes(NativeFiles.TorchSharpLibrary);

    [TestMethod]
    public void OneByteMakesTheOneMissingNeedOptional()
    {
        var mended = OlderCppRuntime.Mend(_library, Missing("GLIBCXX_3.4.32"))!;

        var changed = Enumerable.Range(0, _library.Length).Where(i => mended[i] != _library[i]).ToArray();
        Assert.HasCount(1, changed);
        Assert.AreEqual(2, mended[changed[0]] ^ _library[changed[0]]);
    }

    [TestMethod]
    public void TheMendedLibraryLoads()
    {
        using var folder = new TemporaryFolder();
        LibtorchStart.Require();
        var path = Path.Combine(folder.Path, LibtorchFiles.TorchSharpLibrary);
        File.WriteAllBytes(path, OlderCppRuntime.Mend(_library, Missing("GLIBCXX_3.4.32"))!);

        var library = NativeLibrary.Load(path);

        Assert.IsTrue(NativeLibrary.TryGetExport(library, "THSTorch_manual_seed", out _)
            || NativeLibrary.TryGetExport(library, "THSGenerator_manual_seed", out _));
    }

    [TestMethod]
    public void NothingIsMendedWhereNothingIsMissing() => Assert.IsNull(OlderCppRuntime.Mend(_library, Missing()));

    [TestMethod]
    public void AVersionWhoseSymbolsMayBeCalledIsNotMadeOptional() =>
        Assert.IsNull(OlderCppRuntime.Mend(_library, Missing("GLIBCXX_3.4.29")));

    [TestMethod]
    public void AnOlderSystemIsToldWhichVersionsItLacksAndWhichSystemsHaveThem()
    {
        var missing = Missing("GLIBCXX_3.4.30", "GLIBCXX_3.4.32");

        Assert.IsNull(OlderCppRuntime.Mend(_library, missing));
        Assert.AreEqual(
            "It needs version GLIBCXX_3.4.30 of libstdc++.so.6, which this system lacks; Debian 12, Ubuntu 22.04, " +
            "RHEL 10 and later have it. "
            + "It needs version GLIBCXX_3.4.32 of libstdc++.so.6, which this system lacks; Debian 13, Ubuntu 24.04, " +
                "RHEL 10 and later have it.",
            OlderCppRuntime.Explain(missing));
    }

    [TestMethod]
    public void ThisSystemHasWhatThePackagesAskFor()
    {
        var missing = OlderCppRuntime.Missing(_library).Select(need => need.Version).ToArray();

        CollectionAssert.IsSubsetOf(missing, new[] { "GLIBCXX_3.4.32" });
    }

    // A system that has all the versions of the C++ runtime but these.
    private IReadOnlyList<ElfFile.VersionNeed> Missing(params string[] versions)
    {
        var all = new ElfFile(new MemoryStream(_library)).Needs.Select(need => need.Version).Except(versions).ToHashSet();
        return OlderCppRuntime.Missing(_library, library => library == "libstdc++.so.6" ? all : null);
    }
}
