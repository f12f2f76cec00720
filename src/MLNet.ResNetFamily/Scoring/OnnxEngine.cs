using System.Buffers;

namespace MLNet.ResNetFamily;

/// <summary>
/// A network that ONNX Runtime computes, in float32 or, where it is quantized, in int8. Ends when the last pass is finished.
/// </summary>
internal sealed class OnnxEngine : IInferenceEngine
{
    private readonly IOnnxRuntime _runtime;
    private readonly IScoredNetwork _network;
    private readonly int _width;
    private readonly int? _gpu;
    private readonly RefCounted _use;
    private readonly Lock _lock = new();
    // A session's threads are settled when it is made.
    private readonly Dictionary<int, IOnnxSession> _sessions = [];
    private long _forwardPassCount;

    /// <param name="runtime">ONNX Runtime.</param>
    /// <param name="network">The network; it stays with the caller and lives as long as this object.</param>
    /// <param name="width">Numbers that the network gives per image.</param>
    /// <param name="gpu">The CUDA device to compute on; null for the processor.</param>
    public OnnxEngine(IOnnxRuntime runtime, IScoredNetwork network, int width, int? gpu)
    {
        (_runtime, _network, _width, _gpu) = (runtime, network, width, gpu);
        _use = new(Free, IInferenceEngine.Disposed);
    }

    /// <inheritdoc/>
    public ScoringEngine Kind => ScoringEngine.OnnxRuntime;

    /// <inheritdoc/>
    public Precision Precision => Precision.Float32;

    /// <inheritdoc/>
    public bool IsOnProcessor => _gpu is null;

    /// <inheritdoc/>
    public long ForwardPassCount => Interlocked.Read(ref _forwardPassCount);

    /// <inheritdoc/>
    public float[] Run(ArraySegment<float> pixels, int imageSize, int? threads, int channels = 3)
    {
        using var use = _use.Begin();
        Interlocked.Increment(ref _forwardPassCount);
        var session = Session(threads ?? Environment.ProcessorCount);
        var length = channels * imageSize * imageSize;
        var count = pixels.Count / length;
        var planes = ArrayPool<float>.Shared.Rent(pixels.Count);
        try
        {
            for (var image = 0; image < count; image++)
                PixelPlanes.Write(pixels.AsSpan(image * length, length), planes.AsSpan(image * length, length), channels);
            var answers = new float[count * _width];
            session.Run(planes.AsMemory(0, pixels.Count), [count, channels, imageSize, imageSize], answers, _width);
            return answers;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(planes);
        }
    }

    /// <summary>Ends the scoring: passes that run are finished, the last one frees the sessions.</summary>
    public void Dispose() => _use.End();

    private IOnnxSession Session(int threads)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(threads, out var session))
                _network.UseOnnxModel(path => _sessions[threads] = session = _runtime.Open(path, threads, _gpu));
            return session!;
        }
    }

    private void Free()
    {
        foreach (var session in _sessions.Values)
            session.Dispose();
    }
}
