using TorchSharp;

namespace MLNet.ResNetFamily;

/// <summary>Which engine computes a network, where and in what.</summary>
/// <param name="OnnxRuntime">ONNX Runtime, which computes it; null for libtorch.</param>
/// <param name="Gpu">The CUDA device; null for the processor.</param>
/// <param name="Precision">What is asked for.</param>
internal sealed record EngineChoice(IOnnxRuntime? OnnxRuntime, int? Gpu, Precision Precision)
{
    /// <summary>The device as libtorch names it.</summary>
    public torch.Device Device => Gpu is { } index ? torch.device(DeviceType.CUDA, index) : torch.CPU;

    /// <summary>Decides for a way of scoring, as the program and the machine allow.</summary>
    /// <param name="scoring">What is asked for.</param>
    /// <param name="network">What is to be computed.</param>
    /// <param name="family">The network's family.</param>
    /// <param name="gpuDeviceId">The GPU that the context asks for.</param>
    /// <param name="fallbackToCpu">Whether the processor may stand in for it.</param>
    /// <exception cref="InvalidOperationException">The machine lacks the device, or the program the package.</exception>
    /// <exception cref="DllNotFoundException">The program lacks libtorch.</exception>
    public static EngineChoice For(
        ScoringOptions scoring, IScoredNetwork network, string family, int? gpuDeviceId, bool fallbackToCpu)
    {
        if (network.IsQuantized && (scoring.Engine == ScoringEngine.Libtorch || scoring.Precision == Precision.BFloat16))
        {
            throw new InvalidOperationException(
                $"The classifier is quantized, which only ONNX Runtime computes, but the scoring option Engine is {scoring.Engine} and " +
                $"Precision is {scoring.Precision}. Set them to Auto and Float32, or take the model that it was made from.");
        }
        if (network.IsQuantized || scoring.Engine == ScoringEngine.OnnxRuntime)
            return new(OnnxRuntimePackage.Get(), scoring.Device.Gpu(gpuDeviceId), Precision.Float32);
        if (scoring.Engine == ScoringEngine.Auto && OnnxRuntimePackage.Find() is { } runtime
            && IsForOnnxRuntime(scoring, family, gpuDeviceId))
            return new(runtime, scoring.Device.Gpu(gpuDeviceId), Precision.Float32);
        var device = scoring.Device.Resolve(gpuDeviceId, fallbackToCpu);
        return new(null, device.type == DeviceType.CUDA ? device.index : null, scoring.Precision);
    }

    /// <summary>Makes the engine.</summary>
    /// <param name="network">The network; it stays with the caller and lives as long as the engine.</param>
    /// <param name="width">Numbers that the network gives per image.</param>
    /// <param name="activation">What makes answers of the outputs.</param>
    /// <param name="log">Is told what <see cref="Precision.Auto"/> came to.</param>
    public IInferenceEngine Make(IScoredNetwork network, int width, OutputActivation activation, Action<string> log)
    {
        if (OnnxRuntime is not null)
            return new OnnxEngine(OnnxRuntime, network, width, Gpu);
        using var modes = TorchModes.Enter();
        return new LibtorchEngine(network.Network, Device, Precision, activation, log);
    }

    private static bool IsForOnnxRuntime(ScoringOptions scoring, string family, int? gpuDeviceId)
    {
        if (scoring.Precision == Precision.BFloat16)
            return false;
        if (!LibtorchFiles.IsPresent)
            return true;
        // A GPU that libtorch may find is asked for before anything is computed on the processor.
        var isForProcessor = scoring.Device == ComputeDevice.Cpu
            || (scoring.Device == ComputeDevice.Auto && gpuDeviceId is null && !LibtorchFiles.HasCuda);
        return isForProcessor && EngineTable.PrefersOnnxRuntime(
            EngineTable.Rows, Processor.InstructionSet, scoring.Precision.On(torch.CPU), scoring.BatchSize, family);
    }
}
