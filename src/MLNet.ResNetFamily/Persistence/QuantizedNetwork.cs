using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>A network in 8 bits: nothing but its ONNX model.</summary>
/// <param name="model">The ONNX file.</param>
internal sealed class QuantizedNetwork(byte[] model) : IScoredNetwork
{
    /// <summary>Makes one of a network.</summary>
    /// <param name="model">The network in float32; it stays as it is.</param>
    /// <param name="plan">How it becomes one.</param>
    public static QuantizedNetwork Of(OnnxModel model, QuantizationPlan plan)
    {
        using var bytes = new MemoryStream();
        model.File(new(), plan).Write(bytes);
        return new(bytes.ToArray());
    }

    /// <inheritdoc/>
    public bool IsQuantized => true;

    /// <inheritdoc/>
    public nn.Module<Tensor, Tensor> Network => throw new InvalidOperationException(
        "The classifier is quantized: it has no weights in float32 any more. Take the model that it was made from.");

    /// <inheritdoc/>
    public void UseOnnxModel(Action<string> use)
    {
        using var file = new TemporaryFile("model.onnx");
        File.WriteAllBytes(file.Path, model);
        use(file.Path);
    }

    /// <inheritdoc/>
    public IReadOnlyList<TensorToWrite> State() => [];

    /// <inheritdoc/>
    public byte[] Skeleton() => model;

    public void Dispose()
    {
    }
}
