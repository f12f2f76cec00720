using System.Buffers;

namespace MLNet.ResNetFamily;

/// <summary>
/// A decoded image: 3 bytes a pixel (red, green, blue), rows from top to bottom without gaps. An image of more channels is a chain of such
/// images (<see cref="Rest"/>); one of fewer leaves bytes unused. Disposing of it hands its pixels back to a pool, so they may not be used
/// afterwards.
/// </summary>
internal sealed class RgbImage : IDisposable
{
    /// <summary>Pixels of the largest image that is decoded where no option says otherwise.</summary>
    public const long DefaultMaxPixels = 100_000_000;

    private readonly bool _ownsPixels;
    private byte[]? _pixels;

    /// <summary>An image whose pixels are not set yet.</summary>
    public RgbImage(int width, int height)
        : this(width, height, ArrayPool<byte>.Shared.Rent(checked(width * height * 3)), ownsPixels: true)
    {
    }

    /// <summary>An image over pixels that belong to the caller.</summary>
    public RgbImage(int width, int height, byte[] pixels)
        : this(width, height, pixels, ownsPixels: false)
    {
    }

    private RgbImage(int width, int height, byte[] pixels, bool ownsPixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfLessThan(pixels.Length, checked(width * height * 3), nameof(pixels));
        (Width, Height, _pixels, _ownsPixels) = (width, height, pixels, ownsPixels);
        (FullWidth, FullHeight, Reduction) = (width, height, 1);
    }

    /// <summary>
    /// An image that is to be decoded at a part of its size; its pixels are not set yet, and have room for as many bytes as the decoder
    /// needs for them at first.
    /// </summary>
    public static RgbImage Reduced(int fullWidth, int fullHeight, int reduction, int bytesPerPixel = 3)
    {
        var (width, height) = ((fullWidth + reduction - 1) / reduction, (fullHeight + reduction - 1) / reduction);
        return new(width, height, ArrayPool<byte>.Shared.Rent(checked(width * height * bytesPerPixel)), ownsPixels: true)
        {
            FullWidth = fullWidth, FullHeight = fullHeight, Reduction = reduction,
        };
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Width of the image in its file.</summary>
    public int FullWidth { get; private init; }

    /// <summary>Height of the image in its file.</summary>
    public int FullHeight { get; private init; }

    /// <summary>Pixels of the file, each way, that one pixel stands for; those of the last column and row may stand for fewer.</summary>
    public int Reduction { get; private init; }

    /// <summary>Width · Height · 3 values; the array may be longer than that.</summary>
    public byte[] Pixels => _pixels ?? throw new ObjectDisposedException(nameof(RgbImage));

    /// <summary>Exactly Width · Height · 3 values.</summary>
    public Span<byte> PixelSpan => Pixels.AsSpan(0, Width * Height * 3);

    /// <summary>Channels of the whole image: 1 for gray, whose three bytes are equal, 3 for colors.</summary>
    public int ChannelCount { get; private set; } = 3;

    /// <summary>The channels after the first three, of the same size; null where there are none.</summary>
    public RgbImage? Rest { get; private set; }

    /// <summary>The image that each three channels become in turn; the caller disposes of it, and of this one.</summary>
    public RgbImage Map(Func<RgbImage, RgbImage> change)
    {
        var changed = change(Rest is null ? this : View(Pixels));
        (changed.Rest, changed.ChannelCount) = (Rest?.Map(change), ChannelCount);
        return changed;
    }

    /// <summary>Takes the image for one of another number of channels; <paramref name="rest"/> becomes its own.</summary>
    public RgbImage WithChannels(int channelCount, RgbImage? rest = null)
    {
        (ChannelCount, Rest) = (channelCount, rest);
        return this;
    }

    /// <summary>The same pixels as an object of its own: disposing of it leaves this one as it is.</summary>
    public RgbImage View() => View(Pixels).WithChannels(ChannelCount, Rest?.View());

    /// <summary>The same image with pixels that are not from a pool and stay.</summary>
    public RgbImage Copy() => View(PixelSpan.ToArray()).WithChannels(ChannelCount, Rest?.Copy());

    public void Dispose()
    {
        if (_ownsPixels && _pixels is { } pixels)
            ArrayPool<byte>.Shared.Return(pixels);
        _pixels = null;
        Rest?.Dispose();
    }

    private RgbImage View(byte[] pixels) =>
        new(Width, Height, pixels, ownsPixels: false) { FullWidth = FullWidth, FullHeight = FullHeight, Reduction = Reduction };
}
