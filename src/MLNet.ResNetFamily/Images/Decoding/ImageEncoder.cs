using Microsoft.ML.Data;
using SkiaSharp;

namespace MLNet.ResNetFamily;

/// <summary>Turns images into ML.NET's images and into the bytes of files.</summary>
internal static unsafe class ImageEncoder
{
    private const int BestQuality = 100;

    /// <summary>A copy as ML.NET's image; the caller disposes of it.</summary>
    public static MLImage ToMLImage(RgbImage image) =>
        MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Rgba32, ToRgba(image));

    public static byte[] Png(RgbImage image) => Encode(image, SKEncodedImageFormat.Png);

    public static byte[] Jpeg(RgbImage image) => Encode(image, SKEncodedImageFormat.Jpeg);

    private static byte[] Encode(RgbImage image, SKEncodedImageFormat format)
    {
        var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        fixed (byte* pixels = ToRgba(image))
        {
            using var encoded = SKImage.FromPixels(info, (nint)pixels);
            using var file = encoded.Encode(format, BestQuality);
            return file.ToArray();
        }
    }

    private static byte[] ToRgba(RgbImage image)
    {
        var rgba = new byte[checked(image.Width * image.Height * 4)];
        var pixels = image.PixelSpan;
        for (int from = 0, to = 0; from < pixels.Length; from += 3, to += 4)
        {
            pixels.Slice(from, 3).CopyTo(rgba.AsSpan(to));
            rgba[to + 3] = byte.MaxValue;
        }
        return rgba;
    }
}
