using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>Parts the values of an image's pixels into one plane for each channel.</summary>
internal static class PixelPlanes
{
    /// <param name="pixels">The red, green and blue of one pixel after the other.</param>
    /// <param name="planes">Takes as many values: all red ones, then all green, then all blue.</param>
    public static void Write(ReadOnlySpan<float> pixels, Span<float> planes)
    {
        var area = planes.Length / 3;
        var red = planes[..area];
        var green = planes.Slice(area, area);
        var blue = planes.Slice(2 * area, area);
        var of = MemoryMarshal.Cast<float, Pixel>(pixels)[..area];
        for (var i = 0; i < of.Length; i++)
        {
            red[i] = of[i].Red;
            green[i] = of[i].Green;
            blue[i] = of[i].Blue;
        }
    }

    private readonly record struct Pixel(float Red, float Green, float Blue);
}
