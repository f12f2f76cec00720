namespace MLNet.ResNetFamily;

/// <summary>
/// How much each pixel of an image speaks for a class, from 0 (not at all) to 1 (the most). What the network did not see, because the
/// preprocessing crops it away, is 0. Never changes, so any number of threads may read it.
/// </summary>
/// <remarks>The network's own, coarser map, interpolated bilinearly: values are computed when they are asked for.</remarks>
public sealed class Heatmap
{
    private readonly ReadOnlyMemory<float> _coarse;
    private readonly int _coarseWidth, _coarseHeight;
    private readonly VisibleRegion _seen;

    /// <param name="coarse">The network's map, row by row, from 0 to 1.</param>
    /// <param name="coarseWidth">Its width.</param>
    /// <param name="coarseHeight">Its height.</param>
    /// <param name="width">Width of the image.</param>
    /// <param name="height">Height of the image.</param>
    /// <param name="seen">The part of the image that the map covers.</param>
    internal Heatmap(ReadOnlyMemory<float> coarse, int coarseWidth, int coarseHeight, int width, int height, VisibleRegion seen)
    {
        (_coarse, _coarseWidth, _coarseHeight, _seen) = (coarse, coarseWidth, coarseHeight, seen);
        (Width, Height) = (width, height);
    }

    /// <summary>Width of the image in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the image in pixels.</summary>
    public int Height { get; }

    /// <summary>The value of one pixel, 0 to 1.</summary>
    /// <param name="x">Column, from 0 to below <see cref="Width"/>.</param>
    /// <param name="y">Row, from 0 to below <see cref="Height"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pixel lies outside.</exception>
    public float this[int x, int y]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(x);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(x, Width);
            ArgumentOutOfRangeException.ThrowIfNegative(y);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Height);
            var (right, down) = ((x + 0.5 - _seen.X) / _seen.Width, (y + 0.5 - _seen.Y) / _seen.Height);
            return right is < 0 or > 1 || down is < 0 or > 1 ? 0 : Interpolate(right * _coarseWidth - 0.5, down * _coarseHeight - 0.5);
        }
    }

    /// <summary>All values, row by row.</summary>
    /// <returns><see cref="Width"/> · <see cref="Height"/> values from 0 to 1.</returns>
    public float[] ToArray()
    {
        var values = new float[checked(Width * Height)];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
                values[y * Width + x] = this[x, y];
        }
        return values;
    }

    /// <summary>The same map over the image in another size.</summary>
    internal Heatmap Resized(int width, int height)
    {
        var (right, down) = ((double)width / Width, (double)height / Height);
        return new(
            _coarse, _coarseWidth, _coarseHeight, width, height,
            new(_seen.X * right, _seen.Y * down, _seen.Width * right, _seen.Height * down));
    }

    private float Interpolate(double x, double y)
    {
        var (left, top) = (Math.Floor(x), Math.Floor(y));
        var (right, down) = ((float)(x - left), (float)(y - top));
        var upper = float.Lerp(Coarse(left, top), Coarse(left + 1, top), right);
        var lower = float.Lerp(Coarse(left, top + 1), Coarse(left + 1, top + 1), right);
        return float.Lerp(upper, lower, down);
    }

    private float Coarse(double x, double y) =>
        _coarse.Span[(int)Math.Clamp(y, 0, _coarseHeight - 1) * _coarseWidth + (int)Math.Clamp(x, 0, _coarseWidth - 1)];
}
