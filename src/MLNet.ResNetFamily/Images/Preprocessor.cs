namespace MLNet.ResNetFamily;

/// <summary>
/// Turns a picture into a network's input: shorter side to <see cref="Preprocessing.ResizeSize"/>, centre crop, normalised channel
/// planes. A picture that has the input's size already is only normalised. Rounds as torchvision's Resize and CenterCrop do. May be used by many threads at once.
/// </summary>
internal sealed class Preprocessor
{
    private readonly Preprocessing _preprocessing;
    private readonly ChannelPlanes _planes;

    public Preprocessor(Preprocessing preprocessing)
    {
        _planes = new(preprocessing);
        _preprocessing = preprocessing;
    }

    /// <summary>Writes 3 · ImageSize · ImageSize values: the red, the green and the blue plane.</summary>
    public void Apply(RgbImage image, Span<float> chw)
    {
        using var crop = Crop(image);
        _planes.Write(crop.PixelSpan, mirrored: false, chw);
    }

    /// <summary>Resizes and crops alone: the square that <see cref="Apply"/> normalises, and whose own crop is itself. The caller disposes of it.</summary>
    public RgbImage Crop(RgbImage image)
    {
        var size = _preprocessing.ImageSize;
        if (image.Width == size && image.Height == size)
            return image.View();
        var shorter = Math.Min(image.Width, image.Height);
        var width = (long)_preprocessing.ResizeSize * image.Width / shorter;
        var height = (long)_preprocessing.ResizeSize * image.Height / shorter;
        var crop = new PixelBox(CropStart(width, size), CropStart(height, size), size, size);
        var result = new RgbImage(size, size);
        ImageResizer.Resize(image, new(0, 0, image.Width, image.Height), width, height, crop, _preprocessing.Interpolation, result.PixelSpan);
        return result;
    }

    /// <summary>Half a pixel goes to the even side, as Python rounds.</summary>
    private static long CropStart(long resized, int size) => (long)Math.Round((resized - size) / 2.0, MidpointRounding.ToEven);
}
