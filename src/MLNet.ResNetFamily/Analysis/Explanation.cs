using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>What speaks for a class in an image. Never changes, so any number of threads may read it.</summary>
public sealed class Explanation
{
    private readonly RgbImage _image;

    internal Explanation(string label, float probability, Heatmap heatmap, RgbImage image) =>
        (Label, Probability, Heatmap, _image) = (label, probability, heatmap, image);

    /// <summary>Name of the class that is explained: the most probable one, unless another one was asked for.</summary>
    public string Label { get; }

    /// <summary>Probability of that class, 0 to 1.</summary>
    public float Probability { get; }

    /// <summary>How much each pixel speaks for that class.</summary>
    public Heatmap Heatmap { get; }

    /// <summary>
    /// The image in gray under the heatmap's colors: from dark, what does not matter, to light yellow, what matters most.
    /// </summary>
    /// <returns>An image of the original's size; the caller disposes of it.</returns>
    public MLImage ToOverlay()
    {
        using var overlay = HeatmapOverlay.Draw(_image, Heatmap);
        return ImageEncoder.ToMLImage(overlay);
    }

    /// <summary>The overlay as the bytes of a PNG file.</summary>
    /// <returns>The bytes.</returns>
    public byte[] ToOverlayPng()
    {
        using var overlay = HeatmapOverlay.Draw(_image, Heatmap);
        return ImageEncoder.Png(overlay);
    }

    /// <summary>Writes the overlay as a PNG file.</summary>
    /// <param name="path">Where to; a file that is there is replaced.</param>
    /// <exception cref="IOException">The file cannot be written; one that was there before is unchanged.</exception>
    public void SaveOverlay(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var png = ToOverlayPng();
        AtomicFile.Write(path, stream => stream.Write(png));
    }
}
