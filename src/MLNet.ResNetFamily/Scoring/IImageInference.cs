namespace MLNet.ResNetFamily;

/// <summary>
/// From decoded images to answers: what is written of each image, and what one network or several say to it. May be used by many threads
/// at once.
/// </summary>
internal interface IImageInference
{
    /// <summary>Network inputs of each image, which count as rows of a batch.</summary>
    int ViewCount { get; }

    /// <summary>Values that an image becomes.</summary>
    int ItemLength { get; }

    /// <summary>Numbers that an image is answered with.</summary>
    int Width { get; }

    /// <summary>How images are decoded.</summary>
    DecodeOptions Decoding { get; }

    /// <inheritdoc cref="IInferenceEngine.IsOnProcessor"/>
    bool IsOnProcessor { get; }

    /// <summary>Writes the <see cref="ItemLength"/> values of an image.</summary>
    void Write(RgbImage image, Span<float> values);

    /// <summary>What of a decoded image <see cref="Write"/> needs, no more: it may wait in memory. The caller disposes of it.</summary>
    RgbImage Needed(RgbImage image);

    /// <summary>Answers images that stand one after the other.</summary>
    /// <returns>The answers, one after the other.</returns>
    float[] Run(ArraySegment<float> items);
}
