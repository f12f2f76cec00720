namespace MLNet.ResNetFamily;

/// <summary>The bytes of an image file, in memory.</summary>
internal sealed record EncodedImage(byte[] Bytes, string Name) : ImageItem
{
    public override string Origin => Name;

    public override RgbImage Decode(long maxPixels) => ImageDecoder.DecodeBytes(Bytes, Name, maxPixels);

    public override RgbImage Decode(long maxPixels, int shorterSide) => ImageDecoder.DecodeBytes(Bytes, Name, maxPixels, shorterSide);
}
