using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>Turns pictures into ML.NET's images and into the bytes of files.</summary>
internal static class PictureEncoding
{
    /// <summary>A copy as ML.NET's image; the caller disposes of it.</summary>
    public static MLImage ToMLImage(RgbImage picture)
    {
        var rgba = new byte[checked(picture.Width * picture.Height * 4)];
        var pixels = picture.PixelSpan;
        for (int from = 0, to = 0; from < pixels.Length; from += 3, to += 4)
        {
            pixels.Slice(from, 3).CopyTo(rgba.AsSpan(to));
            rgba[to + 3] = byte.MaxValue;
        }
        return MLImage.CreateFromPixels(picture.Width, picture.Height, MLPixelFormat.Rgba32, rgba);
    }

    public static byte[] Png(RgbImage picture)
    {
        using var file = new MemoryStream();
        PngEncoder.Write(picture, file);
        return file.ToArray();
    }

    // ML.NET writes its images to files alone.
    public static byte[] Jpeg(RgbImage picture)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".jpg");
        try
        {
            using var image = ToMLImage(picture);
            image.Save(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
