using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>A network in libtorch's memory, trained here or loaded.</summary>
/// <param name="model">The network and what goes with it into an ONNX file.</param>
/// <param name="owner">What is disposed of with this object: the network, or what it is part of.</param>
internal sealed class BuiltNetwork(OnnxModel model, IDisposable owner) : IScoredNetwork
{
    /// <inheritdoc/>
    public bool IsQuantized => false;

    /// <inheritdoc/>
    public nn.Module<Tensor, Tensor> Network => model.Network;

    /// <summary>Keys and tensors of the network's state.</summary>
    public IEnumerable<(string Key, Tensor Tensor)> NamedState => model.NamedState;

    /// <inheritdoc/>
    public IReadOnlyList<TensorToWrite> State() => TensorToWrite.From(NamedState);

    /// <inheritdoc/>
    public void UseOnnxModel(Action<string> use)
    {
        using var file = new TemporaryFile("model.onnx");
        using (TorchModes.Enter())
            AtomicFile.Write(file.Path, model.File(new()).Write);
        use(file.Path);
    }

    /// <inheritdoc/>
    public byte[] Skeleton()
    {
        using var modes = TorchModes.Enter();
        return model.Skeleton();
    }

    public void Dispose() => owner.Dispose();
}
