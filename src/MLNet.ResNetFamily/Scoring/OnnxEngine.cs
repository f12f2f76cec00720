using System.Buffers;

namespace MLNet.ResNetFamily;

/// <summary>A network that ONNX Runtime computes, in float32 or, where it is quantized, in int8. Ends when the last pass is
/// finished.</summary>
/// <param name="runtime">ONNX Runtime.</param>
/// <param name="network">The network; it stays with the caller and lives as long as this object.</param>
/// <param name="width">Numbers that the network gives per image.</param>
/// <param name="gpu">The CUDA device to compute on; null for the processor.</param>
internal sealed class OnnxEngine(IOnnxRuntime runtime, IScoredNetwork network, int width, int? gpu) : IInferenceEngine
{
    private readonly Lock _lock = new();
    // A session's threads are settled when it is made.
    private readonly Dictionary<int, IOnnxSession> _sessions = [];
    private RefCounted? _use;
    private long _forwardPassCount;

    /// <inheritdoc/>
    public ScoringEngine Kind => ScoringEngine.OnnxRuntime;

    /// <inheritdoc/>
    public Precision Precision => Precision.Float32;

    /// <inheritdoc/>
    public bool IsOnProcessor => gpu is null;

    /// <inheritdoc/>
    public long ForwardPassCount => Interlocked.Read(ref _forwardPassCount);

    private RefCounted Use => _use ?? Interlocked.CompareExchange(ref _use, new(Free, IInferenceEngine.Disposed), null) ?? _use;

    /// <inheritdoc/>
    public float[] Run(ArraySegment<float> pixels, int imageSize, int? threads)
    {
        using var use = Use.Begin();
        Interlocked.Increment(ref _forwardPassCount);
        var session = Session(threads ?? Environment.ProcessorCount);
        var area = imageSize * imageSize;
        var count = pixels.Count / (3 * area);
        var planes = ArrayPool<float>.Shared.Rent(pixels.Count);
        try
        {
            for (var image = 0; image < count; image++)
                PixelPlanes.Write(pixels.AsSpan(image * 3 * area, 3 * area), planes.AsSpan(image * 3 * area, 3 * area));
            var answers = new float[count * width];
            session.Run(planes.AsMemory(0, pixels.Count), [count, 3, imageSize, imageSize], answers, width);
            return answers;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(planes);
        }
    }

    /// <summary>Ends the scoring: passes that run are finished, the last one frees the sessions.</summary>
    public void Dispose() => Use.End();

    private IOnnxSession Session(int threads)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(threads, out var session))
                network.UseOnnxModel(path => _sessions[threads] = session = runtime.Open(path, threads, gpu));
            return session!;
        }
    }

    private void Free()
    {
        foreach (var session in _sessions.Values)
            session.Dispose();
    }
}
