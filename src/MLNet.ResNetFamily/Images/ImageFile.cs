namespace MLNet.ResNetFamily;

/// <summary>An image in a file.</summary>
internal sealed record ImageFile(string Path) : ImageItem
{
    public override string Origin => Path;

    public override RgbImage Decode(long maxPixels) => Decode(maxPixels, int.MaxValue);

    public override RgbImage Decode(long maxPixels, int shorterSide)
    {
        using var file = PooledFile.Read(Path);
        return file.Decode(maxPixels, shorterSide);
    }

    public override ImageItem Fetch() => PooledFile.Read(Path);
}
