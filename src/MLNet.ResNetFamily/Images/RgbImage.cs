using System.Buffers;

namespace MLNet.ResNetFamily;

/// <summary>
/// A decoded image: 3 bytes a pixel (red, green, blue), rows from top to bottom without gaps. Disposing of it hands its pixels back to
/// a pool, so they may not be used afterwards.
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

    /// <summary>The same pixels as an object of its own: disposing of it leaves this one as it is.</summary>
    public RgbImage View() =>
        new(Width, Height, Pixels, ownsPixels: false) { FullWidth = FullWidth, FullHeight = FullHeight, Reduction = Reduction };

    /// <summary>The same image with pixels that are not from a pool and stay.</summary>
    public RgbImage Copy() =>
        new(Width, Height, PixelSpan.ToArray(), ownsPixels: false)
        {
            FullWidth = FullWidth,
            FullHeight = FullHeight,
            Reduction = Reduction,
        };

    public void Dispose()
    {
        if (_ownsPixels && _pixels is { } pixels)
            ArrayPool<byte>.Shared.Return(pixels);
        _pixels = null;
    }
}
