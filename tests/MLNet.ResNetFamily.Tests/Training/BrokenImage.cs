namespace MLNet.ResNetFamily.Tests.Training;

/// <summary>An image that cannot be read; counts how often somebody tried.</summary>
internal sealed record BrokenImage(string Name) : ImageItem
{
    private int _attempts;

    public int Attempts => _attempts;

    public override string Origin => Name;

    public override RgbImage Decode(DecodeOptions options)
    {
        Interlocked.Increment(ref _attempts);
        throw new InvalidDataException($"'{Name}': it is broken.");
    }
}
