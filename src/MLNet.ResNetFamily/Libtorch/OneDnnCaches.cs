using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace MLNet.ResNetFamily;

/// <summary>
/// Keeps oneDNN, inside libtorch 2.10, from ending the process on AMD virtual machines whose hypervisor leaves CPUID leaf 0x8000001D empty.
/// It then believes in three caches of one byte each and divides by zero in its first convolution. Its record of the processor is put
/// right: without cache levels it takes sizes of its own. See pytorch/pytorch #177227.
/// </summary>
internal static unsafe class OneDnnCaches
{
    private const string RecordSymbol = "_ZZN4dnnl4impl3cpu3x643cpuEvE4cpu_";
    private const string GetRecordSymbol = "_ZN4dnnl4impl3cpu3x643cpuEv";
    private const string ContextSymbol = "_ZN2at13globalContextEv";

    /// <summary>
    /// What the record says about the caches: real sizes, three levels of one byte (the fault), or nothing that makes sense.
    /// </summary>
    internal enum Finding { Known, OneByte, Unknown }

    /// <summary>Whether this machine hides its caches, so that something has to be done.</summary>
    public static bool AreHidden => X86Base.IsSupported && Hides((leaf, part) =>
    {
        var (a, b, c, d) = X86Base.CpuId((int)leaf, (int)part);
        return ((uint)a, (uint)b, (uint)c, (uint)d);
    });

    /// <param name="cpuId">Answers the CPUID instruction.</param>
    internal static bool Hides(Func<uint, uint, (uint A, uint B, uint C, uint D)> cpuId)
    {
        const uint Auth = 0x68747541, Enti = 0x69746e65, CAmd = 0x444d4163, CacheProperties = 0x8000001d, CacheType = 0x1f;
        var (_, b, c, d) = cpuId(0, 0);
        return (b, d, c) == (Auth, Enti, CAmd) && (cpuId(CacheProperties, 0).A & CacheType) == 0;
    }

    /// <summary>Makes convolutions safe in a libtorch that has been loaded and has not computed yet.</summary>
    /// <param name="library">Handle of its part for processors.</param>
    /// <param name="path">The same part's file.</param>
    /// <returns>What was done, in a sentence.</returns>
    public static string Mend(nint library, string path)
    {
        // NNPACK cannot use such a processor either, and says so once for each thread that convolves.
        TurnOff(library, "_ZN2at7Context20setUserEnabledNNPACKEb");
        var record = Locate(library, path);
        var finding = record == null ? Finding.Unknown : Read(new ReadOnlySpan<byte>(record, Record.Length), (uint)X86Base.CpuId(1, 0).Eax);
        switch (finding)
        {
            case Finding.OneByte:
                *(uint*)(record + Record.Levels) = 0;
                return "This virtual machine hides its processor's caches; oneDNN's record of them was put right, " +
                    "so that convolutions do not end the process.";
            case Finding.Known:
                return "This virtual machine hides its processor's caches, but this libtorch knows their sizes: nothing was changed.";
            default:
                TurnOff(library, "_ZN2at7Context20setUserEnabledMkldnnEb");
                return "This virtual machine hides its processor's caches, and oneDNN's record of them was not found as expected: "
                    + "oneDNN is turned off in this process, which is safe and several times slower.";
        }
    }

    /// <summary>Reads the record, and believes it only where what it says about the processor is so.</summary>
    /// <param name="record">The bytes of the record.</param>
    /// <param name="signature">EAX of CPUID leaf 1: family, model and stepping.</param>
    internal static Finding Read(ReadOnlySpan<byte> record, uint signature)
    {
        const int MostLevels = 10, SmallestCache = 1024;
        if (record.Length != Record.Length
            || Word(record, Record.Model) != (signature >> 4 & 0xf) || Word(record, Record.Model + 4) != (signature >> 8 & 0xf)
            || Word(record, Record.Model + 8) != (signature & 0xf) || Word(record, Record.Model + 12) != (signature >> 16 & 0xf)
            || Word(record, Record.Model + 16) != (signature >> 20 & 0xff))
            return Finding.Unknown;

        var levels = Word(record, Record.Levels);
        if (levels > MostLevels)
            return Finding.Unknown;
        var sizes = new uint[MostLevels];
        for (var level = 0; level < MostLevels; level++)
            sizes[level] = Word(record, Record.Sizes + (4 * level));
        if (levels == 3 && sizes.AsSpan() is [1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
            return Finding.OneByte;
        return sizes.Take((int)levels).All(size => size >= SmallestCache) ? Finding.Known : Finding.Unknown;
    }

    /// <summary>Where the record is, made if it has not been yet.</summary>
    /// <returns>Null where it is not found as expected.</returns>
    internal static byte* Locate(nint library, string path)
    {
        using var file = File.OpenRead(path);
        var symbols = new ElfFile(file).Locate(ContextSymbol, RecordSymbol, GetRecordSymbol);
        if (symbols.Count != 3 || symbols[RecordSymbol].Length != Record.Length
            || !NativeLibrary.TryGetExport(library, ContextSymbol, out var context))
            return null;
        var start = (byte*)context - symbols[ContextSymbol].Address;
        var record = ((delegate* unmanaged<byte*>)(start + symbols[GetRecordSymbol].Address))();
        return record == start + symbols[RecordSymbol].Address ? record : null;
    }

    /// <summary>Turns a library inside libtorch off for the whole process.</summary>
    private static void TurnOff(nint library, string setter)
    {
        if (NativeLibrary.TryGetExport(library, ContextSymbol, out var context) && NativeLibrary.TryGetExport(library, setter, out var set))
            ((delegate* unmanaged<nint, byte, void>)set)(((delegate* unmanaged<nint>)context)(), 0);
    }

    private static uint Word(ReadOnlySpan<byte> record, int at) => BinaryPrimitives.ReadUInt32LittleEndian(record[at..]);

    /// <summary>Where in the record (Xbyak's class Cpu, as oneDNN in libtorch 2.10 has it) the fields are.</summary>
    private static class Record
    {
        public const int Length = 144;
        public const int Sizes = 28;
        public const int Levels = 108;
        public const int Model = 116;
    }
}
