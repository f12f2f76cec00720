namespace MLNet.ResNetFamily;

/// <summary>Parts the values of an image's pixels into one plane for each channel.</summary>
internal static class PixelPlanes
{
    /// <param name="pixels">The channels of one pixel after the other.</param>
    /// <param name="planes">Takes as many values: all of the first channel, then all of the next.</param>
    /// <param name="channels">Channels of a pixel.</param>
    public static void Write(ReadOnlySpan<float> pixels, Span<float> planes, int channels)
    {
        var area = planes.Length / channels;
        for (var channel = 0; channel < channels; channel++)
        {
            var plane = planes.Slice(channel * area, area);
            for (var (pixel, from) = (0, channel); pixel < plane.Length; pixel++, from += channels)
                plane[pixel] = pixels[from];
        }
    }
}
