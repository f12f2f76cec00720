using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>
/// Turns files, bytes, ML.NET's images and pixel vectors into images. JPEG, PNG and WebP are recognised by content. As in Pillow and
/// torchvision, an EXIF orientation is ignored (ML.NET ignores it too, so all ways in see the same image), and the alpha of a PNG is
/// dropped; a WebP or <see cref="MLImage"/> with alpha arrives from ML.NET laid over black.
/// </summary>
internal static class ImageDecoder
{
    /// <summary>The image in a file; the caller disposes of it. A JPEG file may be decoded smaller, see <see cref="ImageItem.Decode(long, int)"/>.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read, or holds no usable image; the message says why.</exception>
    public static RgbImage DecodeFile(string path, long maxPixels, int shorterSide = int.MaxValue)
    {
        using var file = PooledFile.Read(path);
        return file.Decode(maxPixels, shorterSide);
    }

    /// <summary>The image in the bytes of a file; the caller disposes of it. A JPEG file may be decoded smaller, see <see cref="ImageItem.Decode(long, int)"/>.</summary>
    /// <exception cref="InvalidDataException">There is no usable image; the message names <paramref name="origin"/> and says why.</exception>
    public static RgbImage DecodeBytes(ReadOnlyMemory<byte> bytes, string origin, long maxPixels, int shorterSide = int.MaxValue) =>
        Decode(MemoryMarshal.TryGetArray(bytes, out var array) ? array : bytes.ToArray(), origin, maxPixels, shorterSide);

    /// <summary>A copy of an ML.NET image, without its alpha; the caller disposes of both.</summary>
    public static RgbImage FromMLImage(MLImage image)
    {
        var result = new RgbImage(image.Width, image.Height);
        var order = image.PixelFormat == MLPixelFormat.Bgra32
            ? Vector128.Create((byte)2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 255, 255, 255, 255)
            : Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);
        var from = image.Pixels;
        var to = result.PixelSpan;
        var pixel = 0;

        // Four pixels at a time, as long as the four bytes behind them can be written too.
        for (; pixel * 3 + 16 <= to.Length; pixel += 4)
            Vector128.Shuffle(Vector128.Create(from.Slice(pixel * 4, 16)), order).CopyTo(to[(pixel * 3)..]);
        for (; pixel * 3 < to.Length; pixel++)
        {
            for (var c = 0; c < 3; c++)
                to[pixel * 3 + c] = from[pixel * 4 + order[c]];
        }
        return result;
    }

    /// <summary>An image of three planes (red, green, blue) of values from 0 to 255; the caller disposes of it.</summary>
    /// <exception cref="InvalidDataException">A value is not a number, or lies outside; the message names <paramref name="origin"/>.</exception>
    public static RgbImage FromPlanes(ReadOnlySpan<float> planes, int width, int height, string origin)
    {
        var area = checked(width * height);
        if (planes.Length != 3 * area)
            throw new InvalidDataException($"'{origin}': there are {planes.Length} pixel values, but 3 x {height} x {width} = {3 * area} are needed.");
        var image = new RgbImage(width, height);
        var pixels = image.PixelSpan;
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = planes.Slice(channel * area, area);
            for (var i = 0; i < plane.Length; i++)
            {
                // Written so that NaN is caught as well.
                if (!(plane[i] >= -0.5f && plane[i] < 255.5f))
                {
                    image.Dispose();
                    throw new InvalidDataException(FormattableString.Invariant(
                        $"'{origin}': pixel value {channel * area + i} is {plane[i]}, but must be from 0 to 255. Extract pixels without offset and scale."));
                }
                pixels[i * 3 + channel] = (byte)(plane[i] + 0.5f);
            }
        }
        return image;
    }

    private static RgbImage Decode(ArraySegment<byte> bytes, string origin, long maxPixels, int shorterSide)
    {
        var header = ImageHeader.Read(bytes, origin, maxPixels);
        if (header.Format == ImageFormat.Png)
            return PngFile.Decode(bytes, origin);
        if (header.Format == ImageFormat.Jpeg && TurboJpeg.TryDecode(bytes, header, shorterSide, origin) is { } decoded)
            return decoded;
        try
        {
            using var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false, publiclyVisible: true);
            using var image = MLImage.CreateFromStream(stream);
            if (image.Width != header.Width || image.Height != header.Height)
                throw ImageHeader.Damaged(origin, $"{header.Format}", $"its header says {header.Width} x {header.Height}, its image is {image.Width} x {image.Height}");
            return FromMLImage(image);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            // What ML.NET throws for content that its decoders refuse.
            throw new InvalidDataException($"'{origin}': the {header.Format} data cannot be decoded ({error.Message}). Save the image again, or remove it.", error);
        }
    }
}
