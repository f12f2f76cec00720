using System.Buffers;

namespace MLNet.ResNetFamily;

/// <summary>
/// Turns an image into a network's input: shorter side to <see cref="Preprocessing.ResizeSize"/>, center crop, normalized
/// values. An image that has the input's size already is only normalized. Rounds as torchvision's Resize and CenterCrop do. May be used by
/// many threads at once.
/// </summary>
internal sealed class Preprocessor
{
    private readonly Preprocessing _preprocessing;
    private readonly PixelNormalizer _normalizer;

    public Preprocessor(Preprocessing preprocessing)
    {
        _normalizer = new(preprocessing);
        _preprocessing = preprocessing;
    }

    /// <summary>
    /// Shorter side that an image should be decoded at, at least: twice what it is resized to, so that the antialiasing filter still
    /// decides what is seen. Six JPEG photographs of 1600 x 1200, resized to 256, came out 0.2 to 0.3 levels of 255 from those decoded
    /// whole, 4 at most; with no such margin it was 0.7 to 1.3, and up to 29.
    /// </summary>
    public int ShorterSide => 2 * _preprocessing.ResizeSize;

    /// <summary>Writes ImageSize · ImageSize · C values: row by row, the channels of each pixel side by side.</summary>
    public void Apply(RgbImage image, Span<float> values, CropPosition place = CropPosition.Center)
    {
        var first = 0;
        for (var part = image; part is not null; part = part.Rest, first += 3)
            Apply(part, first, values, place);
    }

    private void Apply(RgbImage image, int first, Span<float> values, CropPosition place)
    {
        if (HasInputSize(image))
        {
            _normalizer.Write(image.PixelSpan, values, first);
            return;
        }
        var (size, channels) = (_preprocessing.ImageSize, _preprocessing.Channels);
        var row = ArrayPool<byte>.Shared.Rent(size * 3);
        using (var rows = Rows(image, place))
        {
            for (var y = 0; y < size; y++)
            {
                rows.Read(row);
                _normalizer.Write(row.AsSpan(0, size * 3), values.Slice(y * size * channels, size * channels), first);
            }
        }
        ArrayPool<byte>.Shared.Return(row);
    }

    /// <summary>
    /// Resizes and crops alone: the square that <see cref="Apply(RgbImage, Span{float}, CropPosition)"/> normalizes, and whose own crop is
    /// itself. The caller disposes of it.
    /// </summary>
    public RgbImage Crop(RgbImage image)
    {
        if (HasInputSize(image))
            return image.View();
        var size = _preprocessing.ImageSize;
        return image.Map(part =>
        {
            var result = new RgbImage(size, size);
            using var rows = Rows(part, CropPosition.Center);
            for (var y = 0; y < size; y++)
                rows.Read(result.PixelSpan.Slice(y * size * 3, size * 3));
            return result;
        });
    }

    /// <summary>Resizes alone: what the crops are cut out of, and whose own resizing is itself. The caller disposes of it.</summary>
    public RgbImage Resize(RgbImage image)
    {
        var (width, height) = Resized(image.FullWidth, image.FullHeight);
        if (HasInputSize(image) || (image.Width == width && image.Height == height))
            return image.View();
        return ImageResizer.Resize(image, (int)width, (int)height, _preprocessing.Interpolation);
    }

    private bool HasInputSize(RgbImage image) => image.Width == _preprocessing.ImageSize && image.Height == _preprocessing.ImageSize;

    private ResampledRows Rows(RgbImage image, CropPosition place)
    {
        var size = _preprocessing.ImageSize;
        var (width, height) = Resized(image.FullWidth, image.FullHeight);
        var (right, bottom) = (width - size, height - size);
        var (left, top) = place switch
        {
            CropPosition.TopLeft => (0, 0),
            CropPosition.TopRight => (right, 0),
            CropPosition.BottomLeft => (0, bottom),
            CropPosition.BottomRight => (right, bottom),
            _ => (CropStart(width, size), CropStart(height, size)),
        };
        var crop = new PixelBox(left, top, size, size);
        return new(image, new(0, 0, image.Width, image.Height), width, height, crop, _preprocessing.Interpolation);
    }

    /// <summary>The part of an image that is left after resizing and cropping.</summary>
    /// <param name="width">Width of the image.</param>
    /// <param name="height">Height of the image.</param>
    public VisibleRegion Seen(int width, int height)
    {
        var size = _preprocessing.ImageSize;
        if (width == size && height == size)
            return new(0, 0, width, height);
        var (resizedWidth, resizedHeight) = Resized(width, height);
        var (right, down) = ((double)width / resizedWidth, (double)height / resizedHeight);
        return new(CropStart(resizedWidth, size) * right, CropStart(resizedHeight, size) * down, size * right, size * down);
    }

    private (long Width, long Height) Resized(int width, int height)
    {
        var shorter = Math.Min(width, height);
        return ((long)_preprocessing.ResizeSize * width / shorter, (long)_preprocessing.ResizeSize * height / shorter);
    }

    /// <summary>Half a pixel goes to the even side, as Python rounds.</summary>
    private static long CropStart(long resized, int size) => (long)Math.Round((resized - size) / 2.0, MidpointRounding.ToEven);
}
