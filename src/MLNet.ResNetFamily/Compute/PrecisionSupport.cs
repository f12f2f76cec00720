using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Which precision a device computes in when the choice is left to it.</summary>
internal static class PrecisionSupport
{
    // Intel's manual, volume 2A, CPUID: leaf 7, sub-leaf 1, bit 5 of EAX is AVX512_BF16; sub-leaf 0, bit 22 of EDX is AMX-BF16.
    private const int ExtendedFeatures = 7;
    private const int Avx512BFloat16Bit = 1 << 5;
    private const int AmxBFloat16Bit = 1 << 22;

    /// <summary><see cref="Precision.Auto"/> decided; any other as it is.</summary>
    public static Precision On(this Precision wanted, Device device) =>
        wanted != Precision.Auto ? wanted : HasBFloat16(device) ? Precision.BFloat16 : Precision.Float32;

    private static bool HasBFloat16(Device device) => device.type switch
    {
        // Every GPU that current libtorch supports multiplies bfloat16.
        DeviceType.CUDA => true,
        DeviceType.CPU => ProcessorHasBFloat16,
        _ => false,
    };

    private static bool ProcessorHasBFloat16 { get; } = DetectProcessor();

    private static bool DetectProcessor()
    {
        // Without the operating system's support for AVX-512 the bits mean nothing; .NET has checked that.
        if (!X86Base.IsSupported || !Avx512F.IsSupported || X86Base.CpuId(0, 0).Eax < ExtendedFeatures)
            return false;
        var (subLeaves, _, _, edx) = X86Base.CpuId(ExtendedFeatures, 0);
        return (edx & AmxBFloat16Bit) != 0 || (subLeaves >= 1 && (X86Base.CpuId(ExtendedFeatures, 1).Eax & Avx512BFloat16Bit) != 0);
    }
}
