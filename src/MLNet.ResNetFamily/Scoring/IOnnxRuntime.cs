namespace MLNet.ResNetFamily;

/// <summary>ONNX Runtime, which this library reaches where the package MLNet.ResNetFamily.OnnxRuntime is there.</summary>
internal interface IOnnxRuntime
{
    /// <summary>Loads its native library, which takes a while the first time.</summary>
    void Start();

    /// <summary>Opens a model.</summary>
    /// <param name="path">The ONNX file, with one input; it is not needed afterwards.</param>
    /// <param name="threads">Processor threads of a pass.</param>
    /// <param name="gpu">The CUDA device to compute on; null for the processor.</param>
    /// <exception cref="InvalidDataException">The model is damaged.</exception>
    /// <exception cref="InvalidOperationException">There is no such GPU, or no support for it in the program.</exception>
    IOnnxSession Open(string path, int threads, int? gpu);
}
