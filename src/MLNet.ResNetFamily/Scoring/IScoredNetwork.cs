using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>A trained network in every form that is asked of it; what takes time is made when it is first asked for. May be used by many
/// threads at once.</summary>
internal interface IScoredNetwork : IDisposable
{
    /// <summary>Whether it is there in 8 bits alone, for ONNX Runtime.</summary>
    bool IsQuantized { get; }

    /// <summary>The network for libtorch; it belongs to this object.</summary>
    /// <exception cref="DllNotFoundException">The program has no libtorch.</exception>
    /// <exception cref="InvalidOperationException">The network is quantized.</exception>
    nn.Module<Tensor, Tensor> Network { get; }

    /// <summary>Hands out the path of an ONNX file that gives probabilities or features, for as long as the call takes.</summary>
    void UseOnnxModel(Action<string> use);

    /// <summary>The network's state for a file; to be written before this object is disposed of.</summary>
    IReadOnlyList<TensorToWrite> State();

    /// <summary>The ONNX model without that state.</summary>
    /// <exception cref="InvalidOperationException">The network has an operation that ONNX files of this library do not know.</exception>
    byte[] Skeleton();
}
