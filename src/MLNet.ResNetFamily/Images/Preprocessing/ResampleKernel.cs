using System.Buffers;

namespace MLNet.ResNetFamily;

/// <summary>
/// Which source pixels make up each wanted output pixel of one axis, and with what weight: the antialiasing filters of Pillow
/// (support grows with the shrinking factor), in its fixed point of 22 bits.
/// </summary>
internal readonly struct ResampleKernel : IDisposable
{
    /// <summary>Bits behind the point: 8 bits of a pixel and 2 bits of room for overshoot make 32.</summary>
    public const int FractionBits = 32 - 8 - 2;

    private readonly int[] _starts;
    private readonly int[] _weights;

    /// <summary>
    /// The kernel from <paramref name="sourceSize"/> to <paramref name="size"/> pixels, for the outputs from <paramref name="first"/> on.
    /// <paramref name="extent"/> is the size of the source where its last pixel counts in part.
    /// </summary>
    public ResampleKernel(int sourceSize, double extent, long size, long first, int count, Interpolation interpolation)
    {
        var scale = extent / size;
        var filterScale = Math.Max(scale, 1.0);
        var support = filterScale * (interpolation == Interpolation.Bilinear ? 1.0 : 2.0);
        Count = count;
        Taps = (int)Math.Min(Math.Ceiling(support) * 2 + 1, sourceSize);
        _starts = ArrayPool<int>.Shared.Rent(count);
        _weights = ArrayPool<int>.Shared.Rent(checked(count * Taps));
        var raw = ArrayPool<double>.Shared.Rent(Taps);
        for (var i = 0; i < count; i++)
        {
            var center = (first + i + 0.5) * scale;
            var start = (int)Math.Max(center - support + 0.5, 0);
            var end = (int)Math.Min(center + support + 0.5, sourceSize);
            var sum = 0.0;
            for (var tap = 0; tap < Taps; tap++)
            {
                raw[tap] = start + tap < end ? Weight((start + tap - center + 0.5) / filterScale, interpolation) : 0;
                sum += raw[tap];
            }
            // The window is moved left where it would reach past the last pixel, so that every tap can be read.
            var shift = Math.Max(start + Taps - sourceSize, 0);
            _starts[i] = start - shift;
            var weights = _weights.AsSpan(i * Taps, Taps);
            weights[..shift].Clear();
            for (var tap = 0; tap < Taps - shift; tap++)
                weights[tap + shift] = (int)Math.Round(raw[tap] / sum * (1 << FractionBits), MidpointRounding.AwayFromZero);
        }
        ArrayPool<double>.Shared.Return(raw);
    }

    /// <summary>Output pixels that this kernel describes.</summary>
    public int Count { get; }

    /// <summary>Source pixels per output pixel; weights outside the filter are 0.</summary>
    public int Taps { get; }

    /// <summary>First source pixel of every output pixel; they never fall.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count);

    /// <summary>The weights of output pixel <paramref name="i"/>; they add up to 1 (in fixed point).</summary>
    public ReadOnlySpan<int> Weights(int i) => _weights.AsSpan(i * Taps, Taps);

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_starts);
        ArrayPool<int>.Shared.Return(_weights);
    }

    private static double Weight(double x, Interpolation interpolation)
    {
        x = Math.Abs(x);
        if (interpolation == Interpolation.Bilinear)
            return x < 1 ? 1 - x : 0;
        // Keys' cubic with a = -0.5, as Pillow has it.
        return x switch
        {
            < 1 => (1.5 * x - 2.5) * x * x + 1,
            < 2 => ((-0.5 * x + 2.5) * x - 4) * x + 2,
            _ => 0,
        };
    }
}
