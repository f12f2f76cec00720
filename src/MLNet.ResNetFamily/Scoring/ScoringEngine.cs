namespace MLNet.ResNetFamily;

/// <summary>What computes a network when it scores.</summary>
public enum ScoringEngine
{
    /// <summary>
    /// The faster one: <see cref="Libtorch"/> on GPUs, and on processors what a table of measurements says for the processor's
    /// instructions, the precision, the batch and the network's family. Without a measurement <see cref="OnnxRuntime"/> in float32 and
    /// <see cref="Libtorch"/> in bfloat16. <see cref="Libtorch"/> where MLNet.ResNetFamily.OnnxRuntime is not referenced, and
    /// <see cref="OnnxRuntime"/> where the program has no libtorch, and for quantized models.
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
