using System.Text;

namespace MLNet.ResNetFamily.Golden;

// The rule "golden-fill v1" of ../shared/golden/README.md: every value follows from the tensor's name, shape and kind.
internal static class GoldenFill
{
    public static float[] Values(string name, long[] shape, char kind)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        var state = Hash(name);
        var bound = kind is 'W' or 'S' ? Bound(shape, kind) : 0;
        for (var i = 0; i < values.Length; i++)
        {
            var u = (Next(ref state) >> 40) * (1.0 / (1 << 24));
            values[i] = (float)(kind switch
            {
                'W' or 'S' => (2 * u - 1) * bound,
                'G' or 'V' => 0.8 + 0.4 * u,
                'H' => 0.25 * (0.8 + 0.4 * u),
                'B' or 'M' => 0.2 * u - 0.1,
                'I' => 4 * u - 2,
                _ => throw new InvalidDataException($"Tensor '{name}' is of kind '{kind}', which the rule does not know."),
            });
        }
        return values;
    }

    public static float[] Image(long[] shape, string suffix)
    {
        var (count, channels, height, width) = (shape[0], shape[1], shape[2], shape[3]);
        var (coarseHeight, coarseWidth) = ((height + 15) / 16, (width + 15) / 16);
        var tint = Values("input.tint" + suffix, [count, channels, 1, 1], 'I');
        var coarse = Values("input.coarse" + suffix, [count, channels, coarseHeight, coarseWidth], 'I');
        var fine = Values("input.fine" + suffix, shape, 'I');
        var pixels = new float[fine.Length];
        for (long plane = 0, i = 0; plane < count * channels; plane++)
        {
            for (long y = 0; y < height; y++)
            {
                for (long x = 0; x < width; x++, i++)
                {
                    pixels[i] = (float)(0.5 * tint[plane] + 0.25 * coarse[(plane * coarseHeight + y / 16) * coarseWidth + x / 16] +
                        0.25 * fine[i]);
                }
            }
        }
        return pixels;
    }

    // FNV-1a, 64 bits.
    public static ulong Hash(string name) =>
        Encoding.UTF8.GetBytes(name).Aggregate(0xCBF29CE484222325, (hash, value) => (hash ^ value) * 0x100000001B3);

    // SplitMix64.
    public static ulong Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static double Bound(long[] shape, char kind)
    {
        double fan = shape[1];
        for (var i = 2; i < shape.Length; i++)
            fan *= shape[i];
        var bound = Math.Sqrt((shape.Length == 4 && shape[1] == 1 ? 3 : 6) / fan);
        return kind == 'S' ? 0.25 * bound : bound;
    }
}
