using System.Buffers;

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
        var size = _preprocessing.ImageSize;
        if (image.Width == size && image.Height == size)
        {
            _planes.Write(image.PixelSpan, mirrored: false, chw);
            return;
        }
        var shorter = Math.Min(image.Width, image.Height);
        var width = (long)_preprocessing.ResizeSize * image.Width / shorter;
        var height = (long)_preprocessing.ResizeSize * image.Height / shorter;
        var crop = new PixelBox(CropStart(width, size), CropStart(height, size), size, size);
        var pixels = ArrayPool<byte>.Shared.Rent(size * size * 3);
        ImageResizer.Resize(image, new(0, 0, image.Width, image.Height), width, height, crop, _preprocessing.Interpolation, pixels);
        _planes.Write(pixels, mirrored: false, chw);
        ArrayPool<byte>.Shared.Return(pixels);
    }

    /// <summary>Half a pixel goes to the even side, as Python rounds.</summary>
    private static long CropStart(long resized, int size) => (long)Math.Round((resized - size) / 2.0, MidpointRounding.ToEven);
}
