namespace MLNet.ResNetFamily;

/// <summary>A small image inside of a page.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="DataUri">The image itself, as a JPEG.</param>
internal sealed record Thumbnail(int Width, int Height, string DataUri)
{
    private const int LongestSide = 160;

    /// <summary>The image with its longer side at most <see cref="LongestSide"/>; the caller disposes of it.</summary>
    public static RgbImage Shrink(RgbImage image)
    {
        var scale = Math.Min(1, (double)LongestSide / Math.Max(image.Width, image.Height));
        return ImageResizer.Resize(
            image, Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)),
            Interpolation.Bilinear);
    }

    public static Thumbnail Of(RgbImage image) =>
        new(image.Width, image.Height, "data:image/jpeg;base64," + Convert.ToBase64String(ImageEncoder.Jpeg(image)));

    public Html Write(string description) =>
        Html.Of($"""<img src="{DataUri}" width="{Width}" height="{Height}" alt="{description}">""");
}
