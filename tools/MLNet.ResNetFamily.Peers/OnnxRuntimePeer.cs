using Microsoft.ML.OnnxRuntime;
using MLNet.ResNetFamily.Cli;

namespace MLNet.ResNetFamily.Peers;

/// <summary>Times ONNX Runtime's own session, as its documentation has it: all optimizations, otherwise the default settings.</summary>
internal static class OnnxRuntimePeer
{
    private const int ImageSize = 224;

    public static IEnumerable<(string Name, object? Value)> Run(PeerOptions task)
    {
        using var settings = new SessionOptions
        {
            IntraOpNumThreads = task.Threads,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        using var session = new InferenceSession(task.File, settings);
        using var run = new RunOptions();
        var random = new Random(0);
        var pixels = new float[task.Batch * 3 * ImageSize * ImageSize];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = 4 * random.NextSingle() - 2;
        string[] inputs = [session.InputNames[0]], outputs = [session.OutputNames[0]];
        return StepTimer.Rate(task.Batch, StepTimer.Times(Step, default));

        void Step()
        {
            using var images = OrtValue.CreateTensorValueFromMemory(pixels, [task.Batch, 3, ImageSize, ImageSize]);
            using var answers = session.Run(run, inputs, [images], outputs);
            _ = answers[0].GetTensorDataAsSpan<float>().ToArray();
        }
    }
}
