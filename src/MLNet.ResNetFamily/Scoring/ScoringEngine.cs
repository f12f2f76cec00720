namespace MLNet.ResNetFamily;

/// <summary>What computes a network when it scores.</summary>
public enum ScoringEngine
{
    /// <summary>
    /// The faster of those that the program has, for the network, the precision and this processor; the table that decides is
    /// <c>fastest-engine.csv</c>. <see cref="Libtorch"/> where MLNet.ResNetFamily.OnnxRuntime is not referenced, and
    /// <see cref="OnnxRuntime"/> where the program has no libtorch.
    /// </summary>
    Auto,

    /// <summary>TorchSharp's libtorch: every precision, and every GPU that it knows.</summary>
    Libtorch,

    /// <summary>
    /// ONNX Runtime, in float32 and for quantized models in int8. The program references the package MLNet.ResNetFamily.OnnxRuntime; it
    /// needs no libtorch then.
    /// </summary>
    OnnxRuntime,
}
