namespace MLNet.ResNetFamily;

/// <summary>A row that gave no image, found out before decoding.</summary>
internal sealed record UnreadableImage(string Name, string Reason) : ImageItem
{
    public override string Origin => Name;

    public override RgbImage Decode(DecodeOptions options) => throw new InvalidDataException($"'{Name}': {Reason}");
}
