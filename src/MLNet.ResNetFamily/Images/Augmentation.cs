using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>
/// Turns a picture into a varied network input: random resized crop and mirroring, as torchvision's RandomResizedCrop and
/// RandomHorizontalFlip. All chance comes from the generator that is handed in. May be used by many threads at once.
/// </summary>
internal sealed class Augmentation
{
    private const int Attempts = 10;

    private readonly AugmentationOptions _options;
    private readonly Preprocessing _preprocessing;
    private readonly PixelNormalizer _normalizer;

    public Augmentation(Preprocessing preprocessing, AugmentationOptions? options = null)
    {
        _options = options ?? new();
        _options.Validate();
        _normalizer = new(preprocessing);
        _preprocessing = preprocessing;
    }

    /// <summary>
    /// The generator for one image in one epoch. It depends on nothing else, so the number of threads and their order do not matter.
    /// </summary>
    public static Random RandomFor(int seed, int epoch, int index)
    {
        var mixed = Mix(Mix(Mix((ulong)(uint)seed) ^ (uint)epoch) ^ (uint)index);
        return new((int)(mixed >> 33));
    }

    /// <summary>Writes ImageSize · ImageSize · 3 values: row by row, the red, green and blue of each pixel side by side.</summary>
    public void Apply(RgbImage image, Random random, Span<float> values)
    {
        var size = _preprocessing.ImageSize;
        var crop = RandomCrop(image.Width, image.Height, random);
        var mirrored = random.NextDouble() < _options.FlipProbability;
        using var varied = new RgbImage(size, size);
        ImageResizer.Resize(image, crop, size, size, new(0, 0, size, size), _preprocessing.Interpolation, varied.PixelSpan);
        if (mirrored)
            Mirror(varied);
        _normalizer.Write(varied.PixelSpan, values);
    }

    /// <summary>A part of random area and shape; the largest centred one of a possible shape where ten attempts do not fit.</summary>
    internal PixelBox RandomCrop(int width, int height, Random random)
    {
        var area = (double)width * height;
        var logStretch = Math.Log(_options.LargestStretch);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var target = area * (_options.SmallestCrop + random.NextDouble() * (_options.LargestCrop - _options.SmallestCrop));
            var ratio = Math.Exp((2 * random.NextDouble() - 1) * logStretch);
            var cropWidth = (int)Math.Round(Math.Sqrt(target * ratio));
            var cropHeight = (int)Math.Round(Math.Sqrt(target / ratio));
            if (cropWidth > 0 && cropWidth <= width && cropHeight > 0 && cropHeight <= height)
            {
                var y = random.Next(height - cropHeight + 1);
                return new(random.Next(width - cropWidth + 1), y, cropWidth, cropHeight);
            }
        }
        var widest = (int)Math.Min(width, Math.Max(1, Math.Round(height * _options.LargestStretch)));
        var highest = (int)Math.Min(height, Math.Max(1, Math.Round(width * _options.LargestStretch)));
        return new((width - widest) / 2, (height - highest) / 2, widest, highest);
    }

    private static void Mirror(RgbImage image)
    {
        for (var y = 0; y < image.Height; y++)
        {
            var row = MemoryMarshal.Cast<byte, Pixel>(image.PixelSpan.Slice(y * image.Width * 3, image.Width * 3));
            row.Reverse();
        }
    }

    private readonly record struct Pixel(byte Red, byte Green, byte Blue);

    /// <summary>The finaliser of SplitMix64: neighbouring numbers become unlike ones, the same on every machine.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
