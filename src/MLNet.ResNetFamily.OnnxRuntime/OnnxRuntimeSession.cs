using Microsoft.ML.OnnxRuntime;

namespace MLNet.ResNetFamily;

/// <summary>A model that ONNX Runtime has opened.</summary>
/// <param name="session">The open model, with one input and one output; belongs to this object.</param>
internal sealed class OnnxRuntimeSession(InferenceSession session) : IOnnxSession
{
    private static readonly RunOptions Options = new();

    private readonly string[] _inputs = [session.InputNames[0]], _outputs = [session.OutputNames[0]];

    /// <inheritdoc/>
    public void Run(Memory<float> images, long[] shape, float[] answers, int width)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, images, shape);
        using var output = OrtValue.CreateTensorValueFromMemory(answers, [shape[0], width]);
        session.Run(Options, _inputs, [input], _outputs, [output]);
    }

    public void Dispose() => session.Dispose();
}
