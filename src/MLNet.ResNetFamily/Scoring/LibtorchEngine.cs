using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>A network that libtorch computes. Ends when the last pass is finished.</summary>
internal sealed class LibtorchEngine : IInferenceEngine
{
    private readonly IInferenceNetwork _network;
    private readonly Device _device;
    private readonly MallocTuning? _memory;
    private readonly OutputActivation _activation;
    private readonly RefCounted _use;
    private long _forwardPassCount;

    /// <param name="network">Stays with the caller and as it is.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="precision">What to compute in.</param>
    /// <param name="activation">What makes answers of the outputs.</param>
    /// <param name="log">Is told what <see cref="Precision.Auto"/> came to.</param>
    public LibtorchEngine(
        nn.Module<Tensor, Tensor> network, Device device, Precision precision, OutputActivation activation, Action<string> log)
    {
        (_device, _activation) = (device, activation);
        _memory = device.type == TorchSharp.DeviceType.CPU ? new() : null;
        var fastest = precision.On(device);
        if (precision == Precision.Auto && fastest == Precision.Float32)
            log("Scoring in float32: there is no hardware for bfloat16.");
        _network = precision == Precision.Auto && fastest == Precision.BFloat16
            ? new AutoPrecisionNetwork(In(ScalarType.Float32), In(ScalarType.BFloat16), activation, log)
            : In(precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        _use = new(Free, IInferenceEngine.Disposed);

        FoldedNetwork In(ScalarType type) => new(network, device, type);
    }

    /// <inheritdoc/>
    public ScoringEngine Kind => ScoringEngine.Libtorch;

    /// <inheritdoc/>
    public Precision Precision => _network.Precision;

    /// <inheritdoc/>
    public bool IsOnProcessor => _device.type == TorchSharp.DeviceType.CPU;

    /// <inheritdoc/>
    public long ForwardPassCount => Interlocked.Read(ref _forwardPassCount);

    /// <inheritdoc/>
    public float[] Run(ArraySegment<float> pixels, int imageSize, int? threads, int channels = 3)
    {
        using var use = _use.Begin();
        using var share = TorchThreads.Share(threads);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        Interlocked.Increment(ref _forwardPassCount);

        var output = _activation.Apply(_network.Run(ImageTensor.Of(pixels, imageSize, _device, channels)));
        return output.cpu().data<float>().ToArray();
    }

    /// <summary>Ends the scoring: passes that run are finished, the last one frees the network.</summary>
    public void Dispose() => _use.End();

    private void Free()
    {
        _network.Dispose();
        _memory?.Dispose();
    }
}
