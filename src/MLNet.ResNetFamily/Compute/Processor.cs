using System.Runtime.Intrinsics.X86;

namespace MLNet.ResNetFamily;

/// <summary>What this processor has.</summary>
internal static class Processor
{
    // Intel's manual, volume 2A, CPUID: leaf 7, sub-leaf 1, bit 5 of EAX is AVX512_BF16; sub-leaf 0, bit 22 of EDX is AMX-BF16.
    private const int ExtendedFeatures = 7;
    private const int Avx512BFloat16Bit = 1 << 5;
    private const int AmxBFloat16Bit = 1 << 22;

    /// <summary>The widest instructions of this processor.</summary>
    public static InstructionSet InstructionSet { get; } = Detect();

    private static InstructionSet Detect()
    {
        // Without the operating system's support for AVX-512 the bits mean nothing; .NET has checked that.
        if (!X86Base.IsSupported || !Avx512F.IsSupported || X86Base.CpuId(0, 0).Eax < ExtendedFeatures)
            return Avx2.IsSupported ? InstructionSet.Avx2 : InstructionSet.Other;
        var (subLeaves, _, _, edx) = X86Base.CpuId(ExtendedFeatures, 0);
        if ((edx & AmxBFloat16Bit) != 0)
            return InstructionSet.Amx;
        var hasBFloat16 = subLeaves >= 1 && (X86Base.CpuId(ExtendedFeatures, 1).Eax & Avx512BFloat16Bit) != 0;
        return hasBFloat16 ? InstructionSet.Avx512BFloat16 : InstructionSet.Avx512;
    }
}
