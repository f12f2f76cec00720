using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Benchmarks;

/// <summary>A drawn image: soft shapes with grain, about as hard to encode as a photograph.</summary>
internal static class DrawnImage
{
    public static RgbImage Draw(int width, int height)
    {
        var random = new Random(1);
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y, channel) = (i / 3 % width, i / 3 / width, i % 3);
            var shade = 128 + 70 * Math.Sin((x + 90 * channel) * 20.0 / width) * Math.Cos(y * 15.0 / height);
            pixels[i] = (byte)(shade + random.Next(-1, 2));
        }
        return new(width, height, pixels);
    }

    /// <summary>The bytes of a file.</summary>
    /// <param name="image">The image.</param>
    /// <param name="extension">".jpg" or ".png".</param>
    public static byte[] Encode(RgbImage image, string extension)
    {
        var rgba = new byte[image.Width * image.Height * 4];
        for (var i = 0; i < image.Width * image.Height; i++)
        {
            image.PixelSpan.Slice(i * 3, 3).CopyTo(rgba.AsSpan(i * 4));
            rgba[i * 4 + 3] = 255;
        }
        var folder = Directory.CreateTempSubdirectory("resnetfamily-");
        try
        {
            var path = Path.Combine(folder.FullName, "image" + extension);
            using var copy = MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Rgba32, rgba);
            copy.Save(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
