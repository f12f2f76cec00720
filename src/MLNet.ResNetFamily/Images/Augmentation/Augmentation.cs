using System.Runtime.InteropServices;

namespace MLNet.ResNetFamily;

/// <summary>
/// Turns an image into a varied network input, as <see cref="AugmentationOptions"/> says and torchvision's transforms of the same names
/// do; <see cref="Preprocessor"/> is what validation and scoring use. All chance comes from the generator that is handed in. May be used by
/// many threads at once.
/// </summary>
internal sealed class Augmentation
{
    private const int Attempts = 10;

    private readonly AugmentationOptions _options;
    private readonly Preprocessing _preprocessing;
    private readonly PixelNormalizer _normalizer;
    private readonly Preprocessor _preprocessor;
    private readonly RgbPixel[] _meanColors;

    public Augmentation(Preprocessing preprocessing, AugmentationOptions? options = null)
    {
        _options = options ?? new();
        _options.Validate();
        _options.ValidateFor(preprocessing.Channels);
        if (_options.Padding > preprocessing.ImageSize)
        {
            throw new ArgumentException(
                $"Option 'Padding' is {_options.Padding}, but it must be at most the image size, {preprocessing.ImageSize}: " +
                "the image would be shifted out of sight.");
        }
        _normalizer = new(preprocessing);
        _preprocessor = new(preprocessing);
        var mean = preprocessing.Mean.Select(value => (byte)Math.Clamp(Math.Round(value * 255), 0, 255)).ToArray();
        _meanColors = [.. mean.Chunk(3).Select(part => new RgbPixel(part[0], part[Math.Min(1, part.Length - 1)], part[^1]))];
        _preprocessing = preprocessing;
    }

    /// <summary>
    /// Shorter side that an image should be decoded at, at least: its smallest crop has twice the pixels that are needed of it.
    /// </summary>
    public int ShorterSide => _options.Padding > 0
        ? _preprocessor.ShorterSide
        : (int)Math.Min(2 * _preprocessing.ImageSize / Math.Sqrt(_options.MinScale / _options.MaxAspectRatio), int.MaxValue);

    /// <summary>
    /// The generator for one image in one epoch. It depends on nothing else, so the number of threads and their order do not matter.
    /// </summary>
    public static Random RandomFor(int seed, int epoch, int index) => new((int)(SeedFor(seed, epoch, index) >> 33));

    /// <summary>The seed of such a generator.</summary>
    public static ulong SeedFor(int seed, int epoch, int index) => Mix(Mix(Mix((ulong)(uint)seed) ^ (uint)epoch) ^ (uint)index);

    /// <summary>Writes ImageSize · ImageSize · C values: row by row, the channels of each pixel side by side.</summary>
    public void Apply(RgbImage image, Random random, Span<float> values)
    {
        using var varied = Vary(image, random);
        var first = 0;
        for (var part = varied; part is not null; part = part.Rest, first += 3)
            _normalizer.Write(part.PixelSpan, values, first);
    }

    /// <summary>
    /// The varied image that <see cref="Apply"/> normalizes, of the input's size; all channels vary alike. The caller disposes of it.
    /// </summary>
    public RgbImage Vary(RgbImage image, Random random)
    {
        if (image.Rest is null)
            return image.Map(part => Vary(part, random, _meanColors[0]));
        var (seed, number) = (random.Next(), 0);
        return image.Map(part => Vary(part, new Random(seed), _meanColors[number++]));
    }

    private RgbImage Vary(RgbImage image, Random random, RgbPixel meanColor)
    {
        var varied = _options.Padding > 0 ? PadAndCrop(image, random) : ResizeRandomCrop(image, random);
        if (random.NextDouble() < _options.FlipProbability)
            GeometricTransforms.Mirror(varied);
        if (_options.VerticalFlipProbability > 0 && random.NextDouble() < _options.VerticalFlipProbability)
            GeometricTransforms.TurnUpsideDown(varied);
        if (_options.Policy == AugmentationPolicy.RandAugment)
            AugmentationOperations.RandAugment(varied, _options.RandAugmentOperations, _options.RandAugmentMagnitude, random);
        else if (_options.Policy == AugmentationPolicy.TrivialAugment)
            AugmentationOperations.TrivialAugment(varied, random);
        JitterColors(varied, random);
        if (_options.Rotation > 0)
            GeometricTransforms.Rotate(varied, Between(-_options.Rotation, _options.Rotation, random));
        if (_options.ErasingProbability > 0 && random.NextDouble() < _options.ErasingProbability)
            Erase(varied, random, meanColor);
        return varied;
    }

    private RgbImage ResizeRandomCrop(RgbImage image, Random random)
    {
        var size = _preprocessing.ImageSize;
        var result = new RgbImage(size, size);
        ImageResizer.Resize(
            image, RandomCrop(image.Width, image.Height, random), size, size, new(0, 0, size, size), _preprocessing.Interpolation,
            result.PixelSpan);
        return result;
    }

    /// <summary>The image as scoring sees it, moved by up to the padding each way; black comes in.</summary>
    private RgbImage PadAndCrop(RgbImage image, Random random)
    {
        var (size, padding) = (_preprocessing.ImageSize, _options.Padding);
        var (left, top) = (random.Next(2 * padding + 1) - padding, random.Next(2 * padding + 1) - padding);
        using var whole = _preprocessor.Crop(image);
        var result = new RgbImage(size, size);
        result.PixelSpan.Clear();
        var width = (size - Math.Abs(left)) * 3;
        for (var y = Math.Max(-top, 0); y < Math.Min(size - top, size); y++)
        {
            whole.PixelSpan.Slice(((y + top) * size + Math.Max(left, 0)) * 3, width)
                .CopyTo(result.PixelSpan[((y * size + Math.Max(-left, 0)) * 3)..]);
        }
        return result;
    }

    /// <summary>Changes brightness, contrast, saturation and hue in random order, as torchvision's ColorJitter.</summary>
    private void JitterColors(RgbImage image, Random random)
    {
        if (_options is { Brightness: 0, Contrast: 0, Saturation: 0, Hue: 0 })
            return;
        int[] order = [0, 1, 2, 3];
        random.Shuffle(order);
        foreach (var change in order)
        {
            if (change == 0 && _options.Brightness > 0)
                ColorTransforms.Brightness(image, Factor(_options.Brightness, random));
            else if (change == 1 && _options.Contrast > 0)
                ColorTransforms.Contrast(image, Factor(_options.Contrast, random));
            else if (change == 2 && _options.Saturation > 0)
                ColorTransforms.Saturation(image, Factor(_options.Saturation, random));
            else if (change == 3 && _options.Hue > 0)
                ColorTransforms.Hue(image, Between(-_options.Hue, _options.Hue, random));
        }
    }

    /// <summary>
    /// Paints a rectangle in the mean color: 2 % to 33 % of the area, its height 0.3 to 3.3 times its width (the paper's ranges, as
    /// torchvision draws them).
    /// </summary>
    private void Erase(RgbImage image, Random random, RgbPixel meanColor)
    {
        var size = _preprocessing.ImageSize;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var area = size * size * Between(0.02, 0.33, random);
            var ratio = Math.Exp(Between(Math.Log(0.3), Math.Log(3.3), random));
            var (height, width) = ((int)Math.Round(Math.Sqrt(area * ratio)), (int)Math.Round(Math.Sqrt(area / ratio)));
            if (height >= size || width >= size)
                continue;
            var (top, left) = (random.Next(size - height + 1), random.Next(size - width + 1));
            for (var y = top; y < top + height; y++)
                MemoryMarshal.Cast<byte, RgbPixel>(image.PixelSpan).Slice(y * size + left, width).Fill(meanColor);
            return;
        }
    }

    private static double Between(double lowest, double highest, Random random) => lowest + random.NextDouble() * (highest - lowest);

    private static double Factor(double spread, Random random) => Between(Math.Max(0, 1 - spread), 1 + spread, random);

    /// <summary>A part of random area and shape; the largest centered one of a possible shape where ten attempts do not fit.</summary>
    internal PixelBox RandomCrop(int width, int height, Random random)
    {
        var area = (double)width * height;
        var logStretch = Math.Log(_options.MaxAspectRatio);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var target = area * (_options.MinScale + random.NextDouble() * (_options.MaxScale - _options.MinScale));
            var ratio = Math.Exp((2 * random.NextDouble() - 1) * logStretch);
            var cropWidth = (int)Math.Round(Math.Sqrt(target * ratio));
            var cropHeight = (int)Math.Round(Math.Sqrt(target / ratio));
            if (cropWidth > 0 && cropWidth <= width && cropHeight > 0 && cropHeight <= height)
            {
                var y = random.Next(height - cropHeight + 1);
                return new(random.Next(width - cropWidth + 1), y, cropWidth, cropHeight);
            }
        }
        var widest = (int)Math.Min(width, Math.Max(1, Math.Round(height * _options.MaxAspectRatio)));
        var highest = (int)Math.Min(height, Math.Max(1, Math.Round(width * _options.MaxAspectRatio)));
        return new((width - widest) / 2, (height - highest) / 2, widest, highest);
    }

    /// <summary>The finaliser of SplitMix64: neighbouring numbers become unlike ones, the same on every machine.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
