namespace MLNet.ResNetFamily;

/// <summary>
/// Something that an image can be had from. Decoding does not change it; it may happen on any thread, and again every epoch.
/// </summary>
internal abstract record ImageItem
{
    /// <summary>What messages call it: the path of a file, or the row of a column.</summary>
    public abstract string Origin { get; }

    /// <summary>The image; the caller disposes of it.</summary>
    /// <exception cref="InvalidDataException">There is no usable image; the message names <see cref="Origin"/>.</exception>
    public abstract RgbImage Decode(DecodeOptions options);

    /// <summary>The image as it is stored, of at most <paramref name="maxPixels"/>; the caller disposes of it.</summary>
    /// <inheritdoc cref="Decode(DecodeOptions)"/>
    public RgbImage Decode(long maxPixels) => Decode(new DecodeOptions(maxPixels));

    /// <summary>
    /// Reads what is not in memory yet, so that decoding keeps a processor core busy and waits for no disk. Where that is something, the
    /// result is disposable and belongs to the caller.
    /// </summary>
    /// <exception cref="InvalidDataException">It cannot be read; the message names <see cref="Origin"/>.</exception>
    public virtual ImageItem Fetch() => this;
}
