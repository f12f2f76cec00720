using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>A network as a model file has it. It goes into libtorch's memory, and out of its own file, when it is wanted there.</summary>
/// <param name="weights">Its weights, and the ONNX model that they are part of.</param>
/// <param name="skeleton">The ONNX model without them.</param>
/// <param name="build">Makes the network without its weights.</param>
internal sealed class StoredNetwork(SavedWeights weights, byte[] skeleton, Func<BuiltNetwork> build) : IScoredNetwork
{
    private readonly Lock _lock = new();
    private SavedWeights? _weights = weights;
    private BuiltNetwork? _built;
    private bool _isDisposed;

    /// <inheritdoc/>
    public bool IsQuantized => false;

    /// <inheritdoc/>
    public nn.Module<Tensor, Tensor> Network
    {
        get
        {
            lock (_lock)
            {
                if (_isDisposed)
                    throw IInferenceEngine.Disposed();
                return (_built ??= Build()).Network;
            }
        }
    }

    /// <inheritdoc/>
    public void UseOnnxModel(Action<string> use)
    {
        lock (_lock)
        {
            if (_weights is { } weights)
                use(weights.OnnxPath);
            else
                _built!.UseOnnxModel(use);
        }
    }

    /// <inheritdoc/>
    public byte[] Skeleton() => skeleton;

    /// <inheritdoc/>
    public IReadOnlyList<TensorToWrite> State()
    {
        lock (_lock)
        {
            return _weights is { } weights
                ? [.. weights.Tensors.Select(tensor => new TensorToWrite(tensor, take => Provide(weights, tensor, take)))]
                : _built!.State();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _weights?.Dispose();
            _built?.Dispose();
        }
    }

    private static void Provide(SavedWeights weights, StoredTensor tensor, TakeElements take)
    {
        var elements = new byte[tensor.ByteCount];
        weights.Read(tensor, elements);
        take(elements);
    }

    private BuiltNetwork Build()
    {
        var built = SavedModel.Load(build, network => StateLoader.LoadInto(
            network.NamedState, _weights!.Tensors, _weights.Read, SavedModel.Origin));
        _weights!.Dispose();
        _weights = null;
        return built;
    }
}
