using Microsoft.ML.OnnxRuntime;

namespace MLNet.ResNetFamily;

/// <summary>A model that ONNX Runtime has opened.</summary>
/// <param name="session">The open model, with one input; belongs to this object.</param>
internal sealed class OnnxRuntimeSession(InferenceSession session) : IOnnxSession
{
    private static readonly RunOptions Options = new();

    private readonly string[] _inputs = [session.InputNames[0]], _outputs = [.. session.OutputNames];

    // Sides of the first output for one image.
    private readonly long[] _sides = [.. session.OutputMetadata[session.OutputNames[0]].Dimensions.Skip(1).Select(side => (long)side)];

    /// <inheritdoc/>
    public void Run(Memory<float> images, long[] shape, float[] answers, int width)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, images, shape);
        if (_outputs.Length == 1)
        {
            using var output = OrtValue.CreateTensorValueFromMemory(answers, [shape[0], .. _sides]);
            session.Run(Options, _inputs, [input], _outputs, [output]);
            return;
        }
        using var outputs = session.Run(Options, _inputs, [input], _outputs);
        var start = 0;
        foreach (var output in outputs)
        {
            var values = output.GetTensorDataAsSpan<float>();
            var count = values.Length / (int)shape[0];
            for (var image = 0; image < shape[0]; image++)
                values.Slice(image * count, count).CopyTo(answers.AsSpan((image * width) + start));
            start += count;
        }
    }

    public void Dispose() => session.Dispose();
}
