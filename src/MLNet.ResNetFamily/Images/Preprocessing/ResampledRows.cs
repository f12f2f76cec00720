using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.ResNetFamily;

/// <summary>
/// The rows of a resized image, from top to bottom, one at a time, so that the reader can work on while a row is in the cache.
/// Resizes with antialiasing and gives Pillow's numbers: first along the rows, then along the columns, each rounded to 8 bits. Only the
/// part of the result that is wanted is computed. Its maker disposes of it.
/// </summary>
internal ref struct ResampledRows : IDisposable
{
    private readonly RgbImage _source;
    private readonly ResampleKernel _columns, _rows;
    private readonly int _stride, _columnCount;
    private readonly long _firstPixel;
    private readonly byte[] _narrowed, _sourceRow;
    private readonly int[] _spreadWeights;
    private int _narrowedCount, _next;

    /// <summary>
    /// Cuts <paramref name="part"/> out of the image and resizes it to <paramref name="width"/> x <paramref name="height"/>; the rows
    /// are those of the <paramref name="wanted"/> rectangle of that.
    /// </summary>
    public ResampledRows(RgbImage source, PixelBox part, long width, long height, PixelBox wanted, Interpolation interpolation)
    {
        _source = source;
        _columns = new(
            part.Width, Math.Min(part.Width, (double)source.FullWidth / source.Reduction - part.X), width, wanted.X, wanted.Width,
            interpolation);
        _rows = new(
            part.Height, Math.Min(part.Height, (double)source.FullHeight / source.Reduction - part.Y), height, wanted.Y, wanted.Height,
            interpolation);
        _stride = wanted.Width * 3;
        _columnCount = _columns.Starts[^1] + _columns.Taps - _columns.Starts[0];
        _firstPixel = (part.Y + _rows.Starts[0]) * source.Width + part.X + _columns.Starts[0];

        // One pixel of room behind the last row: pixels are written 4 bytes at a time.
        _narrowed = ArrayPool<byte>.Shared.Rent(checked((_rows.Starts[^1] + _rows.Taps - _rows.Starts[0]) * _stride + 4));
        _sourceRow = ArrayPool<byte>.Shared.Rent(checked((_columnCount + 2) * 4));
        _spreadWeights = ArrayPool<int>.Shared.Rent(checked(_columns.Count * EvenTaps(_columns) * 4));
        SpreadWeights(_columns, _spreadWeights);
    }

    /// <summary>Writes the next row.</summary>
    public void Read(Span<byte> output)
    {
        var first = _rows.Starts[_next] - _rows.Starts[0];
        for (; _narrowedCount < first + _rows.Taps; _narrowedCount++)
        {
            var offset = (int)(_firstPixel + (long)_narrowedCount * _source.Width) * 3;
            Widen(_source.PixelSpan.Slice(offset, _columnCount * 3), _sourceRow);
            ResampleRow(_sourceRow, _columns, _spreadWeights, _narrowed.AsSpan(_narrowedCount * _stride, _stride + 4));
        }
        ResampleColumns(_narrowed.AsSpan(first * _stride, _rows.Taps * _stride), _stride, _rows.Weights(_next++), output[.._stride]);
    }

    public readonly void Dispose()
    {
        _columns.Dispose();
        _rows.Dispose();
        ArrayPool<int>.Shared.Return(_spreadWeights);
        ArrayPool<byte>.Shared.Return(_sourceRow);
        ArrayPool<byte>.Shared.Return(_narrowed);
    }

    /// <summary>3 bytes a pixel to 4, so that a pixel can be loaded at once.</summary>
    private static void Widen(ReadOnlySpan<byte> pixels, Span<byte> widened)
    {
        var x = 0;
        var spread = Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255);
        for (; (x + 4) * 3 + 4 <= pixels.Length; x += 4)
            Vector128.Shuffle(Vector128.Create(pixels.Slice(x * 3, 16)), spread).CopyTo(widened[(x * 4)..]);
        for (; x * 3 < pixels.Length; x++)
            MemoryMarshal.Write(widened[(x * 4)..], (uint)(pixels[x * 3] | pixels[x * 3 + 1] << 8 | pixels[x * 3 + 2] << 16));
    }

    private static int EvenTaps(in ResampleKernel kernel) => (kernel.Taps + 1) & ~1;

    /// <summary>Each weight four times, once per byte of a widened pixel; an odd number of taps is filled up with a weight of 0.</summary>
    private static void SpreadWeights(in ResampleKernel kernel, Span<int> spread)
    {
        var taps = EvenTaps(kernel);
        for (var x = 0; x < kernel.Count; x++)
        {
            var weights = kernel.Weights(x);
            for (var tap = 0; tap < taps; tap++)
                spread.Slice((x * taps + tap) * 4, 4).Fill(tap < weights.Length ? weights[tap] : 0);
        }
    }

    private static void ResampleRow(ReadOnlySpan<byte> row, in ResampleKernel kernel, ReadOnlySpan<int> spreadWeights, Span<byte> output)
    {
        var taps = EvenTaps(kernel);
        var starts = kernel.Starts;
        ref var first = ref MemoryMarshal.GetReference(row);
        ref var weight = ref MemoryMarshal.GetReference(spreadWeights);
        for (var x = 0; x < starts.Length; x++)
        {
            ref var pixel = ref Unsafe.Add(ref first, (starts[x] - starts[0]) * 4);
            var even = Vector128.Create(1 << (ResampleKernel.FractionBits - 1));
            var odd = Vector128<int>.Zero;
            for (var tap = 0; tap < taps; tap += 2)
            {
                var two = Vector128.WidenLower(
                    Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref pixel, tap * 4))).AsByte());
                even += Vector128.WidenLower(two).AsInt32() * Vector128.LoadUnsafe(ref weight, (nuint)(tap * 4));
                odd += Vector128.WidenUpper(two).AsInt32() * Vector128.LoadUnsafe(ref weight, (nuint)(tap * 4 + 4));
            }
            weight = ref Unsafe.Add(ref weight, taps * 4);
            var sum = ToBytes(even + odd);
            // The fourth byte is overwritten by the next pixel.
            MemoryMarshal.Write(output[(x * 3)..], Vector128.Narrow(Vector128.Narrow(sum, sum), default).AsUInt32().ToScalar());
        }
    }

    private static void ResampleColumns(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<int> weights, Span<byte> output)
    {
        var half = 1 << (ResampleKernel.FractionBits - 1);
        ref var source = ref MemoryMarshal.GetReference(rows);
        var x = 0;
        for (; x + 16 <= stride; x += 16)
        {
            var (a, b, c, d) = (Vector128.Create(half), Vector128.Create(half), Vector128.Create(half), Vector128.Create(half));
            for (var tap = 0; tap < weights.Length; tap++)
            {
                var weight = Vector128.Create(weights[tap]);
                var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref source, (nuint)(tap * stride + x)));
                a += Vector128.WidenLower(low).AsInt32() * weight;
                b += Vector128.WidenUpper(low).AsInt32() * weight;
                c += Vector128.WidenLower(high).AsInt32() * weight;
                d += Vector128.WidenUpper(high).AsInt32() * weight;
            }
            Vector128.Narrow(Vector128.Narrow(ToBytes(a), ToBytes(b)), Vector128.Narrow(ToBytes(c), ToBytes(d))).CopyTo(output[x..]);
        }
        for (; x < stride; x++)
        {
            var sum = half;
            for (var tap = 0; tap < weights.Length; tap++)
                sum += rows[tap * stride + x] * weights[tap];
            output[x] = (byte)Math.Clamp(sum >> ResampleKernel.FractionBits, 0, 255);
        }
    }

    private static Vector128<uint> ToBytes(Vector128<int> sum) =>
        Vector128.Min(Vector128.Max(sum >> ResampleKernel.FractionBits, Vector128<int>.Zero), Vector128.Create(255)).AsUInt32();
}
