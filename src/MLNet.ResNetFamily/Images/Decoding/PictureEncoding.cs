using Microsoft.ML.Data;
using SkiaSharp;

namespace MLNet.ResNetFamily;

/// <summary>Turns pictures into ML.NET's images and into the bytes of files.</summary>
internal static unsafe class PictureEncoding
{
    private const int BestQuality = 100;

    /// <summary>A copy as ML.NET's image; the caller disposes of it.</summary>
    public static MLImage ToMLImage(RgbImage picture) => MLImage.CreateFromPixels(picture.Width, picture.Height, MLPixelFormat.Rgba32, ToRgba(picture));

    public static byte[] Png(RgbImage picture) => Encode(picture, SKEncodedImageFormat.Png);

    public static byte[] Jpeg(RgbImage picture) => Encode(picture, SKEncodedImageFormat.Jpeg);

    private static byte[] Encode(RgbImage picture, SKEncodedImageFormat format)
    {
        var info = new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        fixed (byte* pixels = ToRgba(picture))
        {
            using var image = SKImage.FromPixels(info, (nint)pixels);
            using var file = image.Encode(format, BestQuality);
            return file.ToArray();
        }
    }

    private static byte[] ToRgba(RgbImage picture)
    {
        var rgba = new byte[checked(picture.Width * picture.Height * 4)];
        var pixels = picture.PixelSpan;
        for (int from = 0, to = 0; from < pixels.Length; from += 3, to += 4)
        {
            pixels.Slice(from, 3).CopyTo(rgba.AsSpan(to));
            rgba[to + 3] = byte.MaxValue;
        }
        return rgba;
    }
}
