namespace MLNet.ResNetFamily;

/// <summary>The views of an image that the network is shown, one after the other. May be used by many threads at once.</summary>
internal sealed class TestTimeViews(Preprocessing preprocessing, TestTimeAugmentation augmentation)
{
    private static readonly CropPosition[] Crops = Enum.GetValues<CropPosition>();

    private readonly Preprocessor _preprocessor = new(preprocessing);

    /// <summary>Views of each image.</summary>
    public int Count { get; } = augmentation switch
    {
        TestTimeAugmentation.Flip => 2,
        TestTimeAugmentation.FiveCrops => Crops.Length,
        _ => 1,
    };

    /// <inheritdoc cref="Preprocessor.ShorterSide"/>
    public int ShorterSide => _preprocessor.ShorterSide;

    /// <summary>Writes Count · ImageSize · ImageSize · C values.</summary>
    public void Write(RgbImage image, Span<float> values)
    {
        var length = values.Length / Count;
        if (augmentation == TestTimeAugmentation.FiveCrops)
        {
            foreach (var crop in Crops)
                _preprocessor.Apply(image, values.Slice((int)crop * length, length), crop);
            return;
        }
        _preprocessor.Apply(image, values[..length]);
        if (augmentation == TestTimeAugmentation.Flip)
            WriteMirrored(values[..length], values.Slice(length, length));
    }

    /// <summary>What of a decoded image the views need, no more: it may wait in memory. The caller disposes of it.</summary>
    public RgbImage Needed(RgbImage image) =>
        augmentation == TestTimeAugmentation.FiveCrops ? _preprocessor.Resize(image) : _preprocessor.Crop(image);

    private void WriteMirrored(ReadOnlySpan<float> view, Span<float> mirrored)
    {
        var (size, channels) = (preprocessing.ImageSize, preprocessing.Channels);
        for (var row = 0; row < view.Length; row += size * channels)
        {
            for (var x = 0; x < size; x++)
                view.Slice(row + x * channels, channels).CopyTo(mirrored[(row + (size - 1 - x) * channels)..]);
        }
    }
}
