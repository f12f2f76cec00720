namespace MLNet.ResNetFamily;

/// <summary>Draws a heatmap over its image.</summary>
internal static class HeatmapOverlay
{
    // How much of a pixel is the map's color; the rest is the image's gray.
    private const float ColorShare = 0.6f;

    /// <summary>The image in gray, mixed with the color of each pixel's heat; the caller disposes of it.</summary>
    /// <param name="image">Of the heatmap's size.</param>
    /// <param name="heatmap">What to draw.</param>
    public static RgbImage Draw(RgbImage image, Heatmap heatmap)
    {
        var overlay = new RgbImage(image.Width, image.Height);
        var from = image.PixelSpan;
        var to = overlay.PixelSpan;
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var at = (y * image.Width + x) * 3;
                var gray = new RgbPixel(from[at], from[at + 1], from[at + 2]).Gray;
                var (red, green, blue) = InfernoColormap.At(heatmap[x, y]);
                to[at] = Mixed(gray, red);
                to[at + 1] = Mixed(gray, green);
                to[at + 2] = Mixed(gray, blue);
            }
        }
        return overlay;
    }

    private static byte Mixed(float gray, float color) => (byte)(gray + (color - gray) * ColorShare + 0.5f);
}
