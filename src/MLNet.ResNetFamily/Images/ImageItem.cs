namespace MLNet.ResNetFamily;

/// <summary>Something that a picture can be had from. Decoding does not change it; it may happen on any thread, and again every epoch.</summary>
internal abstract record ImageItem
{
    /// <summary>What messages call it: the path of a file, or the row of a column.</summary>
    public abstract string Origin { get; }

    /// <summary>The picture; the caller disposes of it.</summary>
    /// <exception cref="InvalidDataException">There is no usable picture; the message names <see cref="Origin"/>.</exception>
    public abstract RgbImage Decode(long maxPixels);
}
