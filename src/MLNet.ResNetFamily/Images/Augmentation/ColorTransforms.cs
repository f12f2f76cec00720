using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>Changes the colors of an image in place, to the byte as Pillow's ImageEnhance and ImageOps do.</summary>
internal static class ColorTransforms
{
    /// <summary>Towards black (0), as it is (1), or beyond.</summary>
    public static void Brightness(RgbImage image, double factor) => Map(image, Table(value => Blend(0, value, (float)factor)));

    /// <summary>Towards the mean gray (0), as it is (1), or beyond.</summary>
    public static void Contrast(RgbImage image, double factor)
    {
        var sum = 0L;
        foreach (ref readonly var pixel in Pixels(image))
            sum += pixel.Gray;
        var mean = (int)((double)sum / (image.Width * image.Height) + 0.5);
        Map(image, Table(value => Blend(mean, value, (float)factor)));
    }

    /// <summary>Towards gray (0), as it is (1), or beyond.</summary>
    public static void Saturation(RgbImage image, double factor)
    {
        foreach (ref var pixel in Pixels(image))
        {
            var gray = pixel.Gray;
            pixel = new(
                Blend(gray, pixel.Red, (float)factor), Blend(gray, pixel.Green, (float)factor), Blend(gray, pixel.Blue, (float)factor));
        }
    }

    /// <summary>
    /// Turns the colors around the circle of hues, by <paramref name="shift"/> rounds; in steps of 1/255, as torchvision does.
    /// </summary>
    public static void Hue(RgbImage image, double shift)
    {
        var steps = (byte)(sbyte)(shift * 255);
        foreach (ref var pixel in Pixels(image))
        {
            var (hue, saturation, value) = ToHsv(pixel);
            pixel = FromHsv((byte)(hue + steps), saturation, value);
        }
    }

    /// <summary>Towards the smoothed image (0), as it is (1), or beyond. The outermost pixels stay.</summary>
    public static void Sharpness(RgbImage image, double factor)
    {
        var stride = image.Width * 3;
        var pixels = image.PixelSpan;
        var original = pixels.ToArray();
        for (var y = 1; y < image.Height - 1; y++)
        {
            for (var i = y * stride + 3; i < (y + 1) * stride - 3; i++)
            {
                var sum = 4 * original[i];
                for (var row = i - stride; row <= i + stride; row += stride)
                    sum += original[row - 3] + original[row] + original[row + 3];
                pixels[i] = Blend((2 * sum + 13) / 26, original[i], (float)factor);
            }
        }
    }

    /// <summary>Keeps the upper bits of each byte alone.</summary>
    public static void Posterize(RgbImage image, int bits) => Map(image, Table(value => (byte)(value & ~((1 << (8 - bits)) - 1))));

    /// <summary>Turns bytes from <paramref name="threshold"/> on into their negative.</summary>
    public static void Solarize(RgbImage image, double threshold) =>
        Map(image, Table(value => (byte)(value < threshold ? value : 255 - value)));

    /// <summary>Stretches each channel from its darkest and brightest value to 0 and 255.</summary>
    public static void AutoContrast(RgbImage image) => MapChannels(image, histogram =>
    {
        var (lowest, highest) = (Array.FindIndex(histogram, count => count > 0), Array.FindLastIndex(histogram, count => count > 0));
        if (highest <= lowest)
            return Table(value => (byte)value);
        var scale = 255.0 / (highest - lowest);
        return Table(value => (byte)Math.Clamp((int)(value * scale - lowest * scale), 0, 255));
    });

    /// <summary>Spreads each channel's values so that all are about equally frequent.</summary>
    public static void Equalize(RgbImage image) => MapChannels(image, histogram =>
    {
        var step = (histogram.Sum() - histogram.Last(count => count > 0)) / 255;
        if (step == 0)
            return Table(value => (byte)value);
        var below = step / 2;
        return Table(value =>
        {
            var level = (byte)Math.Min(below / step, 255);
            below += histogram[value];
            return level;
        });
    });

    private static Span<RgbPixel> Pixels(RgbImage image) => MemoryMarshal.Cast<byte, RgbPixel>(image.PixelSpan);

    private static byte[] Table(Func<int, byte> value) => [.. Enumerable.Range(0, 256).Select(value)];

    private static void Map(RgbImage image, byte[] table)
    {
        foreach (ref var value in image.PixelSpan)
            value = table[value];
    }

    private static void MapChannels(RgbImage image, Func<int[], byte[]> tableOf)
    {
        var pixels = image.PixelSpan;
        for (var channel = 0; channel < 3; channel++)
        {
            var histogram = new int[256];
            for (var i = channel; i < pixels.Length; i += 3)
                histogram[pixels[i]]++;
            var table = tableOf(histogram);
            for (var i = channel; i < pixels.Length; i += 3)
                pixels[i] = table[pixels[i]];
        }
    }

    /// <summary>The way from one value (0) to another (1) or beyond, cut to whole numbers downwards.</summary>
    private static byte Blend(int from, int to, float share) => (byte)Math.Clamp(from + share * (to - from), 0f, 255f);

    // The rounding here is Pillow's: single precision, cut downwards on the way there, rounded on the way back.
    private static (byte Hue, byte Saturation, byte Value) ToHsv(RgbPixel pixel)
    {
        var (largest, smallest) = (Math.Max(pixel.Red, Math.Max(pixel.Green, pixel.Blue)),
            Math.Min(pixel.Red, Math.Min(pixel.Green, pixel.Blue)));
        if (largest == smallest)
            return (0, 0, largest);
        float range = largest - smallest;
        var (red, green, blue) = ((largest - pixel.Red) / range, (largest - pixel.Green) / range, (largest - pixel.Blue) / range);
        var hue = pixel.Red == largest ? blue - green
            : pixel.Green == largest ? (float)(2.0 + red - blue)
            : (float)(4.0 + green - red);
        hue = (float)((hue / 6.0 + 1.0) % 1.0);
        return ((byte)(hue * 255.0), (byte)(range / largest * 255.0), largest);
    }

    private static RgbPixel FromHsv(byte hue, byte saturation, byte value)
    {
        if (saturation == 0)
            return new(value, value, value);
        var sector = (int)Math.Floor(hue * 6.0 / 255.0);
        var part = (float)(hue * 6.0 / 255.0 - sector);
        var share = (float)(saturation / 255.0);
        var p = Rounded(value * (1.0 - share));
        var q = Rounded(value * (1.0 - share * part));
        var t = Rounded(value * (1.0 - share * (1.0 - part)));
        return (sector % 6) switch
        {
            0 => new(value, t, p),
            1 => new(q, value, p),
            2 => new(p, value, t),
            3 => new(p, q, value),
            4 => new(t, p, value),
            _ => new(value, p, q),
        };
    }

    private static byte Rounded(double value) => (byte)Math.Clamp(Math.Round(value, MidpointRounding.AwayFromZero), 0, 255);
}
