using System.Buffers.Binary;
using System.Runtime.Intrinsics.X86;

namespace MLNet.ResNetFamily.Tests.Libtorch;

[TestClass]
public class OneDnnCachesTests
{
    // EAX of CPUID leaf 1 of an AMD EPYC 9005: family 26, model 2, stepping 1.
    private const uint Epyc9005 = 0x00b00f21;

    [TestMethod]
    [DataRow("AuthenticAMD", 0x00000000u, true, DisplayName = "an AMD virtual machine that hides its caches")]
    [DataRow("AuthenticAMD", 0x00004121u, false, DisplayName = "an AMD machine that says what it has")]
    [DataRow("GenuineIntel", 0x00000000u, false, DisplayName = "Intel has no such leaf")]
    public void OnlyAmdMachinesWithoutTheLeafHideTheirCaches(string vendor, uint cacheProperties, bool expected)
    {
        uint Part(int at) => BinaryPrimitives.ReadUInt32LittleEndian(System.Text.Encoding.ASCII.GetBytes(vendor).AsSpan(at));

        Assert.AreEqual(expected, OneDnnCaches.Hides((leaf, _) => leaf switch
        {
            0 => (0x10, Part(0), Part(8), Part(4)),
            0x8000001d => (cacheProperties, 0, 0, 0),
            _ => default,
        }));
    }

    [TestMethod]
    public void ThreeCachesOfOneByteAreTheFault() =>
        Assert.AreEqual(OneDnnCaches.Finding.OneByte, OneDnnCaches.Read(Record(Epyc9005, 3, 1, 1, 1), Epyc9005));

    [TestMethod]
    public void RealSizesAreLeftAlone() =>
        Assert.AreEqual(OneDnnCaches.Finding.Known, OneDnnCaches.Read(Record(Epyc9005, 3, 48 << 10, 1 << 20, 32 << 20), Epyc9005));

    [TestMethod]
    public void WithoutLevelsThereIsNothingToMend() =>
        Assert.AreEqual(OneDnnCaches.Finding.Known, OneDnnCaches.Read(Record(Epyc9005, 0), Epyc9005));

    [TestMethod]
    public void ARecordOfAnotherProcessorIsNotTheRecord()
    {
        const uint OtherStepping = Epyc9005 + 1;

        Assert.AreEqual(OneDnnCaches.Finding.Unknown, OneDnnCaches.Read(Record(Epyc9005, 3, 1, 1, 1), OtherStepping));
    }

    [TestMethod]
    [DataRow(2u, 1u, 1u, DisplayName = "two levels")]
    [DataRow(3u, 1u, 2u, DisplayName = "other sizes")]
    [DataRow(11u, 1u, 1u, DisplayName = "more levels than there can be")]
    public void WhatReadsOtherwiseIsNotTouched(uint levels, uint first, uint second) =>
        Assert.AreEqual(OneDnnCaches.Finding.Unknown, OneDnnCaches.Read(Record(Epyc9005, levels, first, second, 1), Epyc9005));

    [TestMethod]
    public void ARecordOfAnotherLengthIsNotTheRecord() =>
        Assert.AreEqual(OneDnnCaches.Finding.Unknown, OneDnnCaches.Read(Record(Epyc9005, 3, 1, 1, 1).AsSpan(0, 140), Epyc9005));

    [TestMethod]
    public unsafe void TheRecordOfThisProcessorIsFoundInLibtorch()
    {
        if (!X86Base.IsSupported)
            Assert.Inconclusive("needs a processor of the x86 family");
        var path = NativeFiles.ProcessorLibrary;
        LibtorchStart.Require();
        var library = LibtorchFiles.Load(typeof(TorchSharp.torch).Assembly)!.Value;

        var record = OneDnnCaches.Locate(library, path);

        Assert.IsTrue(record != null);
        // Where this machine hides its caches, the start of libtorch has put the record right.
        Assert.AreEqual(OneDnnCaches.Finding.Known, OneDnnCaches.Read(new ReadOnlySpan<byte>(record, 144), (uint)X86Base.CpuId(1, 0).Eax));
    }

    private static byte[] Record(uint signature, uint levels, params uint[] sizes)
    {
        var record = new byte[144];
        void Write(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(at), value);
        for (var level = 0; level < sizes.Length; level++)
            Write(28 + (4 * level), sizes[level]);
        Write(108, levels);
        Write(116, signature >> 4 & 0xf);
        Write(120, signature >> 8 & 0xf);
        Write(124, signature & 0xf);
        Write(128, signature >> 16 & 0xf);
        Write(132, signature >> 20 & 0xff);
        return record;
    }
}
