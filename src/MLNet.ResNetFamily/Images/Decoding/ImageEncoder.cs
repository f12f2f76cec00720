using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>Turns images into ML.NET's images and into the bytes of files.</summary>
internal static class ImageEncoder
{
    /// <summary>A copy as ML.NET's image; the caller disposes of it.</summary>
    public static MLImage ToMLImage(RgbImage image)
    {
        var rgba = new byte[checked(image.Width * image.Height * 4)];
        var pixels = image.PixelSpan;
        for (int from = 0, to = 0; from < pixels.Length; from += 3, to += 4)
        {
            pixels.Slice(from, 3).CopyTo(rgba.AsSpan(to));
            rgba[to + 3] = byte.MaxValue;
        }
        return MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Rgba32, rgba);
    }

    public static byte[] Png(RgbImage image)
    {
        using var file = new MemoryStream();
        PngEncoder.Write(image, file);
        return file.ToArray();
    }

    // ML.NET writes its images to files alone.
    public static byte[] Jpeg(RgbImage image)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".jpg");
        try
        {
            using var encoded = ToMLImage(image);
            encoded.Save(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
