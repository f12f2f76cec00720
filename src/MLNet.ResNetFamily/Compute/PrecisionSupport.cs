using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Which precision a device computes in when the choice is left to it.</summary>
internal static class PrecisionSupport
{
    /// <summary><see cref="Precision.Auto"/> decided; any other as it is.</summary>
    public static Precision On(this Precision wanted, Device device) =>
        wanted != Precision.Auto ? wanted : HasBFloat16(device) ? Precision.BFloat16 : Precision.Float32;

    private static bool HasBFloat16(Device device) => device.type switch
    {
        // Every GPU that current libtorch supports multiplies bfloat16.
        DeviceType.CUDA => true,
        DeviceType.CPU => Processor.InstructionSet >= InstructionSet.Avx512BFloat16,
        _ => false,
    };
}
