using System.Globalization;
using TorchSharp;

namespace MLNet.ResNetFamily;

/// <summary>Where a network computes.</summary>
public sealed record ComputeDevice
{
    private const int Processor = -1;

    // The CUDA device's number, or Processor; null lets the machine decide.
    private readonly int? _index;

    private ComputeDevice(int? index) => _index = index;

    /// <summary>
    /// The GPU that <c>MLContext.GpuDeviceId</c> names, else the first CUDA device, else the processor. The default.
    /// </summary>
    public static ComputeDevice Auto { get; } = new(index: null);

    /// <summary>The processor.</summary>
    public static ComputeDevice Cpu { get; } = new(Processor);

    /// <summary>A CUDA device.</summary>
    /// <param name="index">Number of the device, from 0.</param>
    /// <returns>The device; whether the machine has it is checked when the work begins.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is below 0.</exception>
    public static ComputeDevice Cuda(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new(index);
    }

    /// <summary>Reads <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    /// <param name="text">The name, in lower case.</param>
    /// <returns>The device.</returns>
    /// <exception cref="ArgumentException"><paramref name="text"/> is none of these.</exception>
    public static ComputeDevice Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan("cuda:".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return Cuda(index);

        return text switch
        {
            "auto" => Auto,
            "cpu" => Cpu,
            "cuda" => Cuda(),
            _ => throw new ArgumentException($"No device is named '{text}'. Choose auto, cpu, cuda or cuda:N, N from 0.", nameof(text)),
        };
    }

    /// <summary>The name as <see cref="Parse"/> reads it.</summary>
    /// <returns><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</returns>
    public override string ToString() => _index switch { null => "auto", Processor => "cpu", _ => $"cuda:{_index}" };

    /// <summary>The CUDA device that is asked for by its number; null where the processor will do.</summary>
    /// <param name="gpuDeviceId">The GPU that the context asks for; matters to <see cref="Auto"/> only.</param>
    internal int? Gpu(int? gpuDeviceId) => _index switch { null => gpuDeviceId, Processor => null, _ => _index };

    /// <summary>Finds the device on this machine.</summary>
    /// <param name="gpuDeviceId">The GPU that the context asks for; matters to <see cref="Auto"/> only.</param>
    /// <param name="fallbackToCpu">Whether the processor may stand in for a GPU that the context asks for and the machine lacks.</param>
    /// <param name="localRank">The number of this process among those of this machine; matters to <see cref="Auto"/> only.</param>
    /// <exception cref="InvalidOperationException">The machine lacks the device.</exception>
    internal torch.Device Resolve(int? gpuDeviceId, bool fallbackToCpu, int localRank = 0)
    {
        LibtorchStart.Require();
        var cudaCount = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        var index = _index ?? gpuDeviceId ?? (cudaCount > 0 ? localRank % cudaCount : Processor);
        if (index == Processor)
            return torch.CPU;
        if (index < cudaCount)
            return torch.device(DeviceType.CUDA, index);
        if (this == Auto && fallbackToCpu)
            return torch.CPU;

        var wanted = this == Auto ? $"'GpuDeviceId' {index} of the context" : $"device '{this}'";
        var remedy = this == Auto
            ? "Set 'FallbackToCpu' of the context to true, or choose another 'GpuDeviceId'."
            : "Choose another device, or auto.";
        throw new InvalidOperationException(
            $"This machine has no {wanted}: libtorch sees {cudaCount} CUDA devices. {remedy} "
            + "A program needs libtorch's CUDA package (TorchSharp-cuda-linux or -windows) to use one.");
    }
}
