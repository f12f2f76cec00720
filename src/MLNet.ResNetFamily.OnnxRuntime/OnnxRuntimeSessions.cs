using Microsoft.ML.OnnxRuntime;

namespace MLNet.ResNetFamily;

/// <summary>Opens models with the ONNX Runtime of this program. The library finds this type by its name.</summary>
internal sealed class OnnxRuntimeSessions : IOnnxRuntime
{
    private static readonly Lazy<OrtEnv> Environment = new(OnnxRuntimeTelemetry.StartQuietly);

    /// <inheritdoc/>
    public void Start() => _ = Environment.Value;

    /// <inheritdoc/>
    public IOnnxSession Open(string path, int threads, int? gpu)
    {
        Start();
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Threads wait for the next operator on their cores, and leave them when the pass is over: decoders need them then.
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        // Weights lie outside the arena, whose pieces double in size.
        options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
        if (gpu is { } index)
            AddGpu(options, index);
        try
        {
            return new OnnxRuntimeSession(new(path, options));
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidDataException(
                $"ONNX Runtime cannot read the graph of the model: {error.Message} Save the model again with this version of " +
                "MLNet.ResNetFamily, or set the scoring option Engine to Libtorch.", error);
        }
    }

    private static void AddGpu(SessionOptions options, int index)
    {
        try
        {
            options.AppendExecutionProvider_CUDA(index);
        }
        catch (Exception error) when (error is OnnxRuntimeException or EntryPointNotFoundException)
        {
            throw new InvalidOperationException(
                $"ONNX Runtime cannot compute on CUDA device {index}: {error.Message} A program needs the package " +
                "Microsoft.ML.OnnxRuntime.Gpu in place of Microsoft.ML.OnnxRuntime, and the machine CUDA and cuDNN. Or choose the device " +
                "cpu, or the scoring engine Libtorch.", error);
        }
    }
}
