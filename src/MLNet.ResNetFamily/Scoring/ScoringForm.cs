using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// A trained network as it scores: in evaluation mode, on its device, without gradients. Made once from the network that was trained or
/// loaded and never saved, so that it may differ from it (folded batch norms, strides, precision) as long as the scores agree.
/// May be used by many threads at once.
/// </summary>
internal sealed class ScoringForm : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _network;
    private readonly bool _givesLogits;
    private long _forwardPassCount;
    private volatile bool _isDisposed;

    /// <param name="network">Stays with the caller, who does not train it while this form is used.</param>
    /// <param name="device">Where to compute; the network is moved there.</param>
    /// <param name="givesLogits">Whether the network ends in logits, which become probabilities here.</param>
    public ScoringForm(nn.Module<Tensor, Tensor> network, Device device, bool givesLogits)
    {
        Device = device;
        _network = network;
        _givesLogits = givesLogits;
        network.eval();
        network.to(device);
    }

    /// <summary>Where the network computes.</summary>
    public Device Device { get; }

    /// <summary>How often the network ran.</summary>
    public long ForwardPassCount => Interlocked.Read(ref _forwardPassCount);

    /// <summary>What a call on a model gives that is disposed of.</summary>
    public static ObjectDisposedException Disposed() => new(
        "model", "The model is disposed of and cannot score. A PredictionEngine disposes of its model; make it with " +
        "PredictionEngineOptions.OwnsTransformer = false where the model is used elsewhere too.");

    /// <summary>Runs the network once.</summary>
    /// <param name="pixels">N · S · S · 3 values: the pixels of one image after the other, normalised, channels side by side.</param>
    /// <param name="imageSize">S.</param>
    /// <param name="threads">Processor threads to use; null for all.</param>
    /// <returns>The rows of the network's output, one after the other: probabilities or features.</returns>
    public float[] Run(Memory<float> pixels, int imageSize, int? threads)
    {
        if (_isDisposed)
            throw Disposed();
        TorchThreads.Use(threads);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        Interlocked.Increment(ref _forwardPassCount);

        var images = tensor(pixels, [pixels.Length / (3 * imageSize * imageSize), imageSize, imageSize, 3], device: Device).permute(0, 3, 1, 2);
        var output = _network.call(images);
        if (_givesLogits)
            output = nn.functional.softmax(output, 1);
        return output.cpu().data<float>().ToArray();
    }

    /// <summary>Ends the scoring; the network stays with its owner.</summary>
    public void Dispose() => _isDisposed = true;
}
