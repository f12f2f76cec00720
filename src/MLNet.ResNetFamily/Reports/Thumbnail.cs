namespace MLNet.ResNetFamily;

/// <summary>A small picture inside of a page.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="DataUri">The picture itself, as a JPEG.</param>
internal sealed record Thumbnail(int Width, int Height, string DataUri)
{
    private const int LongestSide = 160;

    /// <summary>The picture with its longer side at most <see cref="LongestSide"/>; the caller disposes of it.</summary>
    public static RgbImage Shrink(RgbImage picture)
    {
        var scale = Math.Min(1, (double)LongestSide / Math.Max(picture.Width, picture.Height));
        return ImageResizer.Resize(
            picture, Math.Max(1, (int)Math.Round(picture.Width * scale)), Math.Max(1, (int)Math.Round(picture.Height * scale)), Interpolation.Bilinear);
    }

    public static Thumbnail Of(RgbImage picture) =>
        new(picture.Width, picture.Height, "data:image/jpeg;base64," + Convert.ToBase64String(PictureEncoding.Jpeg(picture)));

    public Html Write(string description) =>
        Html.Of($"""<img src="{DataUri}" width="{Width}" height="{Height}" alt="{description}">""");
}
