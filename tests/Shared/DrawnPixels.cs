using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests;

/// <summary>Images drawn by formula: row by row, in a row pixel by pixel, of a pixel red, green and blue, in this order.</summary>
internal static class DrawnPixels
{
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="value">The value of a column (x), row (y) and channel (0 red, 1 green, 2 blue); its lowest 8 bits count.</param>
    public static byte[] Of(int width, int height, Func<int, int, int, int> value)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)value(i / 3 % width, i / 3 / width, i % 3);
        return pixels;
    }

    /// <summary>The same as ML.NET's image, opaque.</summary>
    public static MLImage Image(int width, int height, Func<int, int, int, int> value) => Image(width, height, Of(width, height, value));

    /// <summary>ML.NET's image of pixels, opaque.</summary>
    public static MLImage Image(int width, int height, byte[] pixels)
    {
        var rgba = new byte[width * height * 4];
        for (var i = 0; i < width * height; i++)
        {
            pixels.AsSpan(i * 3, 3).CopyTo(rgba.AsSpan(i * 4));
            rgba[i * 4 + 3] = byte.MaxValue;
        }
        return MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, rgba);
    }
}
