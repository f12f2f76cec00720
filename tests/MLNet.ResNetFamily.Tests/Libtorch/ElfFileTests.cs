namespace MLNet.ResNetFamily.Tests.Libtorch;

[TestClass]
public class ElfFileTests
{
    [TestMethod]
    public void ALibraryNamesTheVersionsThatItNeeds()
    {
        using var content = File.OpenRead(NativeFiles.TorchSharpLibrary);

        var needs = new ElfFile(content).Needs;

        Assert.IsTrue(needs.Any(need => need is { Library: "libstdc++.so.6", Version: "GLIBCXX_3.4.32" }));
        Assert.IsTrue(needs.Any(need => need is { Library: "libc.so.6", Version: "GLIBC_2.34" }));
        Assert.HasCount(28, needs);
    }

    [TestMethod]
    public void ANeedLeadsToItsSymbols()
    {
        using var content = File.OpenRead(NativeFiles.TorchSharpLibrary);
        var library = new ElfFile(content);

        CollectionAssert.AreEqual(
            new[] { "_ZSt21ios_base_library_initv" },
            library.SymbolsOf(library.Needs.Single(need => need.Version == "GLIBCXX_3.4.32")).ToArray());
        Assert.Contains("memcpy", library.SymbolsOf(library.Needs.Single(need => need.Version == "GLIBC_2.14")));
    }

    [TestMethod]
    public void SymbolsAreFoundThatOtherFilesCannotSee()
    {
        using var content = File.OpenRead(NativeFiles.ProcessorLibrary);

        var symbols = new ElfFile(content).Locate("_ZN2at13globalContextEv", "_ZZN4dnnl4impl3cpu3x643cpuEvE4cpu_", "no such symbol");

        Assert.HasCount(2, symbols);
        Assert.AreEqual(144ul, symbols["_ZZN4dnnl4impl3cpu3x643cpuEvE4cpu_"].Length);
        Assert.AreNotEqual(0ul, symbols["_ZN2at13globalContextEv"].Address);
    }

    [TestMethod]
    public void WhatIsNoLibraryIsRefused()
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => new ElfFile(new MemoryStream(new byte[100])));

        StringAssert.Contains(exception.Message, "not a Linux library (ELF)");
    }
}
