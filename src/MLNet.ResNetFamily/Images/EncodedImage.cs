namespace MLNet.ResNetFamily;

/// <summary>The bytes of an image file, in memory.</summary>
internal sealed record EncodedImage(byte[] Bytes, string Name) : ImageItem
{
    public override string Origin => Name;

    public override RgbImage Decode(DecodeOptions options) => ImageDecoder.DecodeBytes(Bytes, Name, options);
}
