namespace MLNet.ResNetFamily;

/// <summary>A picture that is in memory already.</summary>
internal sealed record DecodedImage(RgbImage Image, string Name) : ImageItem
{
    public override string Origin => Name;

    /// <summary>A view of the picture: disposing of it leaves <see cref="Image"/> usable.</summary>
    public override RgbImage Decode(long maxPixels) => Image.View();
}
