using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Runs a network over images to note the ranges of its values; its answers are all zero.</summary>
internal sealed class CalibrationEngine : IInferenceEngine
{
    private readonly nn.Module<Tensor, Tensor> _twin;
    private readonly int _width;

    /// <param name="model">The network; it stays as it is.</param>
    public CalibrationEngine(OnnxModel model)
    {
        (_twin, _width) = (model.Twin(), model.OutputWidth);
        NetworkRecorder.Attach(_twin);
    }

    /// <summary>What was seen so far.</summary>
    public ActivationRanges Ranges { get; } = new();

    /// <inheritdoc/>
    public ScoringEngine Kind => ScoringEngine.Libtorch;

    /// <inheritdoc/>
    public Precision Precision => Precision.Float32;

    /// <inheritdoc/>
    public bool IsOnProcessor => true;

    /// <inheritdoc/>
    public long ForwardPassCount { get; private set; }

    /// <inheritdoc/>
    public float[] Run(ArraySegment<float> pixels, int imageSize, int? threads, int channels = 3)
    {
        using var modes = TorchModes.Enter();
        using var share = TorchThreads.Share(threads);
        NetworkRecorder.Pass(_twin, ImageTensor.Of(pixels, imageSize, CPU, channels), Ranges.Add);
        ForwardPassCount++;
        return new float[pixels.Count / (channels * imageSize * imageSize) * _width];
    }

    public void Dispose() => _twin.Dispose();
}
