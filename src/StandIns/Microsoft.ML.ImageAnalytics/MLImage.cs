using System.Buffers;
using Microsoft.ML.ImageAnalytics.Codecs;

namespace Microsoft.ML.Data;

/// <summary>
/// A picture of 4 bytes a pixel. As in the genuine one, decoding picks the format by content, gives blue-green-red-alpha, multiplies the
/// colours by alpha, and ignores an EXIF orientation. <see cref="Pixels"/> are multiplied, <see cref="GetBGRPixels"/> are not.
/// </summary>
public sealed class MLImage : IDisposable
{
    private byte[] _pixels;
    private readonly int _width;
    private readonly int _height;
    private readonly MLPixelFormat _pixelFormat;
    private string _tag;

    static MLImage() => NativeCodecs.Register();

    /// <summary>A picture whose pixels are not set yet; they come from a pool and go back when it is disposed of.</summary>
    internal MLImage(int width, int height, MLPixelFormat pixelFormat)
    {
        _pixels = ArrayPool<byte>.Shared.Rent(checked(width * height * 4));
        (_width, _height, _pixelFormat) = (width, height, pixelFormat);
    }

    public static MLImage CreateFromStream(Stream imageStream)
    {
        ArgumentNullException.ThrowIfNull(imageStream);
        return Decode(ReadToEnd(imageStream)) ?? throw new ArgumentException("Invalid input stream contents", nameof(imageStream));
    }

    public static MLImage CreateFromFile(string imagePath)
    {
        ArgumentNullException.ThrowIfNull(imagePath);
        return (File.Exists(imagePath) ? Decode(File.ReadAllBytes(imagePath)) : null) ?? throw new ArgumentException("Invalid path", nameof(imagePath));
    }

    public static MLImage CreateFromPixels(int width, int height, MLPixelFormat pixelFormat, ReadOnlySpan<byte> imagePixelData)
    {
        if (pixelFormat is not (MLPixelFormat.Bgra32 or MLPixelFormat.Rgba32))
            throw new ArgumentException("Unsupported pixel format", nameof(pixelFormat));
        if (width <= 0)
            throw new ArgumentException("Invalid width value.", nameof(width));
        if (height <= 0)
            throw new ArgumentException("Invalid height value.", nameof(height));
        if (imagePixelData.Length != (long)width * height * 4)
            throw new ArgumentException("Invalid imagePixelData buffer size.");

        var image = new MLImage(width, height, pixelFormat);
        imagePixelData.CopyTo(image.WritablePixels);
        return image;
    }

    public MLPixelFormat PixelFormat => Checked(_pixelFormat);

    public int Width => Checked(_width);

    public int Height => Checked(_height);

    public int BitsPerPixel => Checked(32);

    public ReadOnlySpan<byte> Pixels => WritablePixels;

    public byte[] GetBGRPixels
    {
        get
        {
            var pixels = Pixels;
            var (red, blue) = _pixelFormat == MLPixelFormat.Bgra32 ? (2, 0) : (0, 2);
            var bgr = new byte[_width * _height * 3];
            for (var i = 0; i < _width * _height; i++)
            {
                var alpha = pixels[i * 4 + 3];
                bgr[i * 3] = Unmultiplied(pixels[i * 4 + blue], alpha);
                bgr[i * 3 + 1] = Unmultiplied(pixels[i * 4 + 1], alpha);
                bgr[i * 3 + 2] = Unmultiplied(pixels[i * 4 + red], alpha);
            }
            return bgr;

            static byte Unmultiplied(byte colour, byte alpha) => alpha == 0 ? (byte)0 : (byte)Math.Min(255, (colour * 255 + alpha / 2) / alpha);
        }
    }

    public string Tag
    {
        get => Checked(_tag);
        set
        {
            Checked(0);
            _tag = value;
        }
    }

    internal Span<byte> WritablePixels => Checked(_pixels).AsSpan(0, _width * _height * 4);

    public void Save(string imagePath)
    {
        Checked(0);
        var extension = Path.GetExtension(imagePath);
        var encoded = extension.ToLowerInvariant() switch
        {
            ".jpg" or ".jpeg" => TurboJpeg.Encode(this),
            ".png" => Png.Encode(this),
            ".webp" => WebP.Encode(this),
            ".bmp" or ".gif" or ".ico" or ".astc" or ".avif" or ".dng" or ".heif" or ".ktx" or ".pkm" or ".wbmp" => throw new ArgumentException(
                $"Saving image with the format '{extension}' is not supported. Try save it with `Jpeg`, `Png`, or `Webp` format.", nameof(imagePath)),
            _ => throw new ArgumentException("Path has invalid image file extension.", nameof(imagePath)),
        };
        File.WriteAllBytes(imagePath, encoded);
    }

    public void Dispose()
    {
        if (_pixels is { } pixels)
        {
            _pixels = null;
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    internal MLImage CloneWithResizing(int width, int height, ImageResizeMode mode)
    {
        Checked(0);
        return PixelScaler.Resize(this, width, height, mode);
    }

    private T Checked<T>(T value) => _pixels is null ? throw new InvalidOperationException("Object is disposed.") : value;

    private static ArraySegment<byte> ReadToEnd(Stream stream)
    {
        if (stream is MemoryStream memory && memory.TryGetBuffer(out var buffer))
            return buffer[(int)memory.Position..];
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.TryGetBuffer(out buffer) ? buffer : copy.ToArray();
    }

    /// <summary>The picture, or null where no decoder knows the content.</summary>
    private static MLImage Decode(ArraySegment<byte> encoded)
    {
        var bytes = encoded.AsSpan();
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return TurboJpeg.Decode(bytes);
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']))
            return Png.Decode(bytes);
        return bytes.Length > 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? WebP.Decode(bytes) : null;
    }
}
