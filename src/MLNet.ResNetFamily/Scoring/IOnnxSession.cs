namespace MLNet.ResNetFamily;

/// <summary>A model that ONNX Runtime computes. May be used by many threads at once.</summary>
internal interface IOnnxSession : IDisposable
{
    /// <summary>Runs the model once.</summary>
    /// <param name="images">The input's values.</param>
    /// <param name="shape">Their shape, [N, C, S, S].</param>
    /// <param name="answers">Takes the values of the outputs, side by side: [N, width].</param>
    /// <param name="width">Values for each image.</param>
    void Run(Memory<float> images, long[] shape, float[] answers, int width);
}
