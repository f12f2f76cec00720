using MLNet.ResNetFamily.Tests;

namespace MLNet.ResNetFamily.Benchmarks;

/// <summary>A drawn image: soft shapes with grain, about as hard to encode as a photograph.</summary>
internal static class DrawnImage
{
    public static RgbImage Draw(int width, int height)
    {
        var random = new Random(1);
        return new(width, height, DrawnPixels.Of(width, height, (x, y, channel) =>
        {
            var shade = 128 + 70 * Math.Sin((x + 90 * channel) * 20.0 / width) * Math.Cos(y * 15.0 / height);
            return (int)(shade + random.Next(-1, 2));
        }));
    }

    /// <summary>The bytes of a file.</summary>
    /// <param name="image">The image.</param>
    /// <param name="extension">".jpg" or ".png".</param>
    public static byte[] Encode(RgbImage image, string extension) =>
        extension == ".png" ? ImageEncoder.Png(image) : ImageEncoder.Jpeg(image);
}
