namespace MLNet.ResNetFamily;

/// <summary>Resizes with antialiasing and gives Pillow's numbers; <see cref="ResampledRows"/> is how.</summary>
internal static class ImageResizer
{
    /// <summary>The whole image in another size; the caller disposes of it.</summary>
    public static RgbImage Resize(RgbImage source, int width, int height, Interpolation interpolation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        var whole = new PixelBox(0, 0, source.Width, source.Height);
        return source.Map(part =>
        {
            var result = new RgbImage(width, height);
            Resize(part, whole, width, height, new(0, 0, width, height), interpolation, result.PixelSpan);
            return result;
        });
    }

    /// <summary>
    /// Cuts <paramref name="part"/> out of the image, resizes it to <paramref name="width"/> x <paramref name="height"/>, and writes
    /// the <paramref name="wanted"/> rectangle of that to <paramref name="destination"/>: its first three channels.
    /// </summary>
    public static void Resize(
        RgbImage source, PixelBox part, long width, long height, PixelBox wanted, Interpolation interpolation, Span<byte> destination)
    {
        using var rows = new ResampledRows(source, part, width, height, wanted, interpolation);
        for (var y = 0; y < wanted.Height; y++)
            rows.Read(destination.Slice(y * wanted.Width * 3, wanted.Width * 3));
    }
}
