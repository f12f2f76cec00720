using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// A trained network as it scores: in evaluation mode, on its device, without gradients. Made once from the network that was trained or
/// loaded and never saved, so that it may differ from it (folded batch norms, strides, precision) as long as the scores agree.
/// May be used by many threads at once.
/// </summary>
internal sealed class InferenceEngine : IDisposable
{
    private readonly IInferenceNetwork _network;
    private readonly Precision _wanted;
    private readonly MallocTuning? _memory;
    private readonly bool _givesLogits;
    private readonly RefCounted _use;
    private long _forwardPassCount;

    /// <param name="network">Stays with the caller and as it is.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="precision">What to compute in.</param>
    /// <param name="givesLogits">Whether the network ends in logits, which become probabilities here.</param>
    /// <param name="log">Is told what <see cref="Precision.Auto"/> came to.</param>
    public InferenceEngine(nn.Module<Tensor, Tensor> network, Device device, Precision precision, bool givesLogits, Action<string> log)
    {
        (Device, _wanted, _givesLogits) = (device, precision, givesLogits);
        _memory = device.type == TorchSharp.DeviceType.CPU ? new() : null;
        var fastest = precision.On(device);
        if (precision == Precision.Auto && fastest == Precision.Float32)
            log("Scoring in float32: there is no hardware for bfloat16.");
        _network = precision == Precision.Auto && fastest == Precision.BFloat16
            ? new AutoPrecisionNetwork(In(ScalarType.Float32), In(ScalarType.BFloat16), givesLogits, log)
            : In(precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32);
        _use = new(Free, Disposed);

        FoldedNetwork In(ScalarType type) => new(network, device, type);
    }

    /// <summary>Where the network computes.</summary>
    public Device Device { get; }

    /// <summary>What the network computes in now; never <see cref="Precision.Auto"/>.</summary>
    public Precision Precision => _network.Precision;

    /// <summary>Whether this engine computes on that device with that precision.</summary>
    public bool Is(Device device, Precision precision) =>
        precision == _wanted && Device.type == device.type && Device.index == device.index;

    /// <summary>How often the network ran.</summary>
    public long ForwardPassCount => Interlocked.Read(ref _forwardPassCount);

    /// <summary>What a call on a model gives that is disposed of.</summary>
    public static ObjectDisposedException Disposed() => new(
        "model", "The model is disposed of and cannot score. A PredictionEngine disposes of its model; make it with " +
        "PredictionEngineOptions.OwnsTransformer = false where the model is used elsewhere too.");

    /// <summary>Runs the network once.</summary>
    /// <param name="pixels">N · S · S · 3 values: the pixels of one image after the other, normalized, channels side by side.</param>
    /// <param name="imageSize">S.</param>
    /// <param name="threads">Processor threads to use; null for all cores, shared with the passes that run at the same time.</param>
    /// <returns>The rows of the network's output, one after the other: probabilities or features.</returns>
    /// <exception cref="ObjectDisposedException">The form is disposed of.</exception>
    public float[] Run(ArraySegment<float> pixels, int imageSize, int? threads)
    {
        using var use = _use.Begin();
        using var share = TorchThreads.Share(threads);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        Interlocked.Increment(ref _forwardPassCount);

        var output = _network.Run(ImageTensor.Of(pixels, imageSize, Device));
        if (_givesLogits)
            output = nn.functional.softmax(output, 1);
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
