using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Onnx;

/// <summary>An exported file in ONNX Runtime, with one input and one output.</summary>
internal sealed class OnnxSession(string path) : IDisposable
{
    private readonly InferenceSession _session = new(path);

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    public (string Name, NodeMetadata Value) Input => _session.InputMetadata.Select(entry => (entry.Key, entry.Value)).Single();

    public (string Name, NodeMetadata Value) Output => _session.OutputMetadata.Select(entry => (entry.Key, entry.Value)).Single();

    public Tensor Run(Tensor images) => Run(images.contiguous().data<float>().ToArray(), images.shape);

    public Tensor Run<T>(T[] images, long[] shape) where T : unmanaged
    {
        using var input = OrtValue.CreateTensorValueFromMemory(images, shape);
        using var options = new RunOptions();
        using var outputs = _session.Run(options, [Input.Name], [input], [Output.Name]);
        return tensor(outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[0].GetTensorTypeAndShape().Shape);
    }

    public void Dispose() => _session.Dispose();
}
