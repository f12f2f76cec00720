namespace MLNet.ResNetFamily;

/// <summary>
/// A trained network as it scores: in evaluation mode, on its device, without gradients. Made once from the network that was trained or
/// loaded and never saved, so that it may differ from it (folded batch norms, strides, precision) as long as the scores agree.
/// May be used by many threads at once.
/// </summary>
internal interface IInferenceEngine : IDisposable
{
    /// <summary>What computes; never <see cref="ScoringEngine.Auto"/>.</summary>
    ScoringEngine Kind { get; }

    /// <summary>What the network computes in now; never <see cref="Precision.Auto"/>.</summary>
    Precision Precision { get; }

    /// <summary>Whether it computes on the processor, which decoding needs too.</summary>
    bool IsOnProcessor { get; }

    /// <summary>How often the network ran.</summary>
    long ForwardPassCount { get; }

    /// <summary>Runs the network once.</summary>
    /// <param name="pixels">N · S · S · C values: the pixels of one image after the other, normalized, channels side by side.</param>
    /// <param name="imageSize">S.</param>
    /// <param name="threads">Processor threads to use; null for all cores, shared with the passes that run at the same time.</param>
    /// <param name="channels">C.</param>
    /// <returns>The rows of the network's output, one after the other: probabilities or features.</returns>
    /// <exception cref="ObjectDisposedException">The engine is disposed of.</exception>
    float[] Run(ArraySegment<float> pixels, int imageSize, int? threads, int channels = 3);

    /// <summary>What a call on a model gives that is disposed of.</summary>
    static ObjectDisposedException Disposed() => new(
        "model", "The model is disposed of and cannot score. A PredictionEngine disposes of its model; make it with " +
        "PredictionEngineOptions.OwnsTransformer = false where the model is used elsewhere too.");
}
