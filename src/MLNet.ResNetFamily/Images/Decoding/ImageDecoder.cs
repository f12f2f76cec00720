using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>
/// Turns the bytes of files, ML.NET's images and pixel vectors into images. JPEG, PNG, WebP, GIF, BMP, and TIFF are recognized by content.
/// As in Pillow and torchvision, an EXIF orientation is ignored unless asked for; transparency lies over black. ML.NET's images come the
/// same way, so all ways in see the same image.
/// </summary>
internal static class ImageDecoder
{
    private const int LargestReduction = 8;

    /// <summary>The image in the bytes of a file; the caller disposes of it.</summary>
    /// <exception cref="InvalidDataException">
    /// There is no usable image; the message names <paramref name="origin"/> and says why.
    /// </exception>
    public static RgbImage DecodeBytes(ReadOnlyMemory<byte> bytes, string origin, DecodeOptions options) =>
        ImageChannels.Adapt(Decode(bytes.Span, origin, options), options.Channels, origin);

    /// <summary>The image as it is stored, of at most <paramref name="maxPixels"/>; the caller disposes of it.</summary>
    /// <inheritdoc cref="DecodeBytes(ReadOnlyMemory{byte}, string, DecodeOptions)"/>
    public static RgbImage DecodeBytes(ReadOnlyMemory<byte> bytes, string origin, long maxPixels) =>
        DecodeBytes(bytes, origin, new DecodeOptions(maxPixels));

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

    /// <summary>An image of planes (red, green, blue) of values from 0 to 255, one for each channel; the caller disposes of it.</summary>
    /// <exception cref="InvalidDataException">
    /// A value is not a number, or lies outside; the message names <paramref name="origin"/>.
    /// </exception>
    public static RgbImage FromPlanes(ReadOnlySpan<float> planes, int width, int height, string origin, int channels = 3)
    {
        var area = checked(width * height);
        if (planes.Length != channels * area)
        {
            throw new InvalidDataException(
                $"'{origin}': there are {planes.Length} pixel values, but {channels} x {height} x {width} = {channels * area} are needed.");
        }
        // Written so that NaN is caught as well.
        for (var i = 0; i < planes.Length; i++)
        {
            if (!(planes[i] >= -0.5f && planes[i] < 255.5f))
            {
                throw new InvalidDataException(
                    FormattableString.Invariant($"'{origin}': pixel value {i} is {planes[i]}, ") +
                    "but must be from 0 to 255. Extract pixels without offset and scale.");
            }
        }
        var image = default(RgbImage);
        for (var first = (channels - 1) / 3 * 3; first >= 0; first -= 3)
            image = ThreePlanes(planes[(first * area)..], width, height).WithChannels(channels, image);
        return image!;
    }

    /// <summary>The first three planes; the last one stands for those that are missing.</summary>
    private static RgbImage ThreePlanes(ReadOnlySpan<float> planes, int width, int height)
    {
        var image = new RgbImage(width, height);
        var (pixels, area) = (image.Pixels, width * height);
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = planes.Slice(Math.Min(channel, planes.Length / area - 1) * area, area);
            for (var i = 0; i < plane.Length; i++)
                pixels[i * 3 + channel] = (byte)(plane[i] + 0.5f);
        }
        return image;
    }

    private static RgbImage Decode(ReadOnlySpan<byte> bytes, string origin, DecodeOptions options)
    {
        var header = ImageHeader.Read(bytes, origin, options.MaxPixels);
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
        }
        var orientation = !options.AppliesExifOrientation ? ImageOrientation.Normal
            : header.Format == ImageFormat.Png ? PngFile.ReadOrientation(bytes)
            : SkiaDecoder.ReadOrientation(bytes);
        var reduction = header.Format == ImageFormat.Jpeg ? Reduction(header, options.ShorterSide, orientation) : 1;
        var stored = header.Format == ImageFormat.Jpeg ? TurboJpeg.TryDecode(bytes, header, reduction, origin) : null;
        return ImageOrientation.Upright(stored ?? SkiaDecoder.Decode(bytes, header, reduction, origin), orientation);
    }

    /// <summary>
    /// The largest power of two that leaves at least <paramref name="shorterSide"/> pixels; the scales between are not vectorised. Pixels
    /// at the end that stand for fewer of the file stay there only in an image that is not turned.
    /// </summary>
    private static int Reduction(in ImageHeader header, int shorterSide, int orientation)
    {
        var reduction = 1;
        while (reduction < LargestReduction && Math.Min(header.Width, header.Height) >= 2L * reduction * shorterSide
            && (orientation == ImageOrientation.Normal || (header.Width | header.Height) % (2 * reduction) == 0))
            reduction *= 2;
        return reduction;
    }
}
