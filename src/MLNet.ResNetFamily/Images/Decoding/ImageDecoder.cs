using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>
/// Turns the bytes of files, ML.NET's images and pixel vectors into images. JPEG, PNG, WebP, GIF, BMP, and TIFF are recognized by content.
/// As in Pillow and torchvision, an EXIF orientation is ignored; transparency lies over black. ML.NET's images come the same way, so all
/// ways in see the same image.
/// </summary>
internal static class ImageDecoder
{
    private const int LargestReduction = 8;

    /// <summary>
    /// The image in the bytes of a file; the caller disposes of it. A JPEG file may be decoded smaller, see
    /// <see cref="ImageItem.Decode(long, int)"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// There is no usable image; the message names <paramref name="origin"/> and says why.
    /// </exception>
    public static RgbImage DecodeBytes(ReadOnlyMemory<byte> bytes, string origin, long maxPixels, int shorterSide = int.MaxValue) =>
        Decode(bytes.Span, origin, maxPixels, shorterSide);

    /// <summary>
    /// A copy of an ML.NET image, whose colors are multiplied by its alpha: laid over black. The caller disposes of both.
    /// </summary>
    public static RgbImage FromMLImage(MLImage image)
    {
        var result = new RgbImage(image.Width, image.Height);
        RgbaPixels.DropAlpha(
            image.Pixels, result.PixelSpan, image.PixelFormat == MLPixelFormat.Bgra32 ? RgbaPixels.BlueFirst : RgbaPixels.RedFirst);
        return result;
    }

    /// <summary>An image of three planes (red, green, blue) of values from 0 to 255; the caller disposes of it.</summary>
    /// <exception cref="InvalidDataException">
    /// A value is not a number, or lies outside; the message names <paramref name="origin"/>.
    /// </exception>
    public static RgbImage FromPlanes(ReadOnlySpan<float> planes, int width, int height, string origin)
    {
        var area = checked(width * height);
        if (planes.Length != 3 * area)
        {
            throw new InvalidDataException(
                $"'{origin}': there are {planes.Length} pixel values, but 3 x {height} x {width} = {3 * area} are needed.");
        }
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
                    throw new InvalidDataException(
                        FormattableString.Invariant($"'{origin}': pixel value {channel * area + i} is {plane[i]}, ") +
                        "but must be from 0 to 255. Extract pixels without offset and scale.");
                }
                pixels[i * 3 + channel] = (byte)(plane[i] + 0.5f);
            }
        }
        return image;
    }

    private static RgbImage Decode(ReadOnlySpan<byte> bytes, string origin, long maxPixels, int shorterSide)
    {
        var header = ImageHeader.Read(bytes, origin, maxPixels);
        switch (header.Format)
        {
            case ImageFormat.Png:
                PngFile.Check(bytes, header, origin);
                break;
            case ImageFormat.Bmp:
                BmpFile.Check(bytes, header, origin);
                break;
            case ImageFormat.Tiff:
                TiffFile.Check(bytes, header, origin);
                return TiffDecoder.Decode(bytes, header, origin);
            case ImageFormat.Jpeg:
                var reduction = Reduction(Math.Min(header.Width, header.Height), shorterSide);
                return TurboJpeg.TryDecode(bytes, header, reduction, origin) ?? SkiaDecoder.Decode(bytes, header, reduction, origin);
        }
        return SkiaDecoder.Decode(bytes, header, reduction: 1, origin);
    }

    /// <summary>
    /// The largest power of two that leaves at least <paramref name="shorterSide"/> pixels; the scales between are not vectorised.
    /// </summary>
    private static int Reduction(int shorter, int shorterSide)
    {
        var reduction = 1;
        while (reduction < LargestReduction && shorter >= 2L * reduction * shorterSide)
            reduction *= 2;
        return reduction;
    }
}
