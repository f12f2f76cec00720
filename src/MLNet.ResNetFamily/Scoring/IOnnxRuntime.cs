namespace MLNet.ResNetFamily;

/// <summary>ONNX Runtime, which this library reaches where the package MLNet.ResNetFamily.OnnxRuntime is there.</summary>
internal interface IOnnxRuntime
{
    /// <summary>Loads its native library, which takes a while the first time.</summary>
    void Start();

    /// <summary>Opens a model.</summary>
    /// <param name="path">The ONNX file, with one input and one output; it is not needed afterwards.</param>
    /// <param name="threads">Processor threads of a pass.</param>
    /// <param name="gpu">The CUDA device to compute on; null for the processor.</param>
    /// <exception cref="InvalidDataException">The model is damaged.</exception>
    /// <exception cref="InvalidOperationException">There is no such GPU, or no support for it in the program.</exception>
    IOnnxSession Open(string path, int threads, int? gpu);
}

/// <summary>A model that ONNX Runtime computes. May be used by many threads at once.</summary>
internal interface IOnnxSession : IDisposable
{
    /// <summary>Runs the model once.</summary>
    /// <param name="images">The input's values.</param>
    /// <param name="shape">Their shape, [N, C, S, S].</param>
    /// <param name="answers">Takes the output's values, [N, width].</param>
    /// <param name="width">Values for each image.</param>
    void Run(Memory<float> images, long[] shape, float[] answers, int width);
}
