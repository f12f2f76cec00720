namespace MLNet.ResNetFamily;

/// <summary>An image in a file.</summary>
internal sealed record ImageFile(string Path) : ImageItem
{
    public override string Origin => Path;

    public override RgbImage Decode(DecodeOptions options)
    {
        using var file = PooledFile.Read(Path);
        return file.Decode(options);
    }

    public override ImageItem Fetch() => PooledFile.Read(Path);
}
