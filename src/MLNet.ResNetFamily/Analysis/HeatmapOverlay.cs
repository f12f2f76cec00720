namespace MLNet.ResNetFamily;

/// <summary>Draws a heatmap over its picture.</summary>
internal static class HeatmapOverlay
{
    // How much of a pixel is the map's colour; the rest is the picture's grey.
    private const float ColourShare = 0.6f;

    /// <summary>The picture in grey, mixed with the colour of each pixel's heat; the caller disposes of it.</summary>
    /// <param name="picture">Of the heatmap's size.</param>
    /// <param name="heatmap">What to draw.</param>
    public static RgbImage Draw(RgbImage picture, Heatmap heatmap)
    {
        var overlay = new RgbImage(picture.Width, picture.Height);
        var from = picture.PixelSpan;
        var to = overlay.PixelSpan;
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                var at = (y * picture.Width + x) * 3;
                // The luma of ITU-R BT.601.
                var grey = 0.299f * from[at] + 0.587f * from[at + 1] + 0.114f * from[at + 2];
                var (red, green, blue) = InfernoColours.At(heatmap[x, y]);
                to[at] = Mixed(grey, red);
                to[at + 1] = Mixed(grey, green);
                to[at + 2] = Mixed(grey, blue);
            }
        }
        return overlay;
    }

    private static byte Mixed(float grey, float colour) => (byte)(grey + (colour - grey) * ColourShare + 0.5f);
}
