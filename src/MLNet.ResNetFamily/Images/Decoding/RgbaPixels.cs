using System.Runtime.Intrinsics;

namespace MLNet.ResNetFamily;

/// <summary>Pixels of four bytes, as SkiaSharp and ML.NET have them.</summary>
internal static class RgbaPixels
{
    /// <summary>Where red, green and blue of four pixels stand that begin with red.</summary>
    public static Vector128<byte> RedFirst { get; } = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);

    /// <summary>Where red, green and blue of four pixels stand that begin with blue.</summary>
    public static Vector128<byte> BlueFirst { get; } = Vector128.Create((byte)2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 255, 255, 255, 255);

    /// <summary>
    /// Takes red, green and blue. They are multiplied by alpha already, which lays them over black. Where <paramref name="order"/> is
    /// <see cref="RedFirst"/>, both may be the same memory: the writing stays behind the reading.
    /// </summary>
    public static void DropAlpha(ReadOnlySpan<byte> from, Span<byte> to, Vector128<byte> order)
    {
        var pixel = 0;

        // Four pixels at a time, as long as the four bytes behind them can be written too.
        for (; pixel * 3 + 16 <= to.Length; pixel += 4)
            Vector128.Shuffle(Vector128.Create(from.Slice(pixel * 4, 16)), order).CopyTo(to[(pixel * 3)..]);
        for (; pixel * 3 < to.Length; pixel++)
        {
            for (var c = 0; c < 3; c++)
                to[pixel * 3 + c] = from[pixel * 4 + order[c]];
        }
    }
}
