namespace MLNet.ResNetFamily;

/// <summary>An image that is in memory already.</summary>
internal sealed record DecodedImage(RgbImage Image, string Name) : ImageItem
{
    public override string Origin => Name;

    /// <summary>A view of the image, or its gray: disposing of it leaves <see cref="Image"/> usable.</summary>
    public override RgbImage Decode(DecodeOptions options) => ImageChannels.Adapt(Image.View(), options.Channels, Name);
}
