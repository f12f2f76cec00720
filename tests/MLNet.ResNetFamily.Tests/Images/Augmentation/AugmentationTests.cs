namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class AugmentationTests
{
    private static readonly Preprocessing Unscaled =
        new() { ImageSize = 8, ResizeSize = 8, Mean = [0, 0, 0], Std = [1 / 255f, 1 / 255f, 1 / 255f] };
    private static readonly AugmentationOptions WholeImage = new() { MinScale = 1, MaxAspectRatio = 1, FlipProbability = 0 };

    [TestMethod]
    public void TheDefaultsAreAsDocumented()
    {
        var options = new AugmentationOptions();

        Assert.AreEqual((0.0, 0.5, 1.0, 4.0 / 3), (options.FlipProbability, options.MinScale, options.MaxScale, options.MaxAspectRatio));
        Assert.AreEqual((AugmentationPolicy.None, 2, 9), (options.Policy, options.RandAugmentOperations, options.RandAugmentMagnitude));
        Assert.AreEqual(
            (0, 0.0, 0.0, 0.0), (options.Padding, options.VerticalFlipProbability, options.Rotation, options.ErasingProbability));
        Assert.AreEqual((0.0, 0.0, 0.0, 0.0), (options.Brightness, options.Contrast, options.Saturation, options.Hue));
        Assert.AreEqual((0.0, 0.0), (options.MixUp, options.CutMix));
    }

    [TestMethod]
    public void ThePresetsAreAsDocumented()
    {
        Assert.AreEqual(new AugmentationOptions { Padding = 4, FlipProbability = 0.5 }, AugmentationOptions.Cifar);
        Assert.AreEqual(
            new AugmentationOptions
            {
                MinScale = 0.25,
                FlipProbability = 0.5,
                Policy = AugmentationPolicy.TrivialAugment,
                ErasingProbability = 0.1,
            }, AugmentationOptions.Trivial);
        Assert.AreEqual(
            new AugmentationOptions { MinScale = 0.25, FlipProbability = 0.5, Policy = AugmentationPolicy.RandAugment },
            AugmentationOptions.Rand);
    }

    [TestMethod]
    public void TheSameGeneratorGivesTheSameImage()
    {
        using var image = PatternImages.Pattern(40, 30);

        var first = Apply(new(), image, Augmentation.RandomFor(1, 2, 3));
        var second = Apply(new(), image, Augmentation.RandomFor(1, 2, 3));

        CollectionAssert.AreEqual(first, second);
    }

    [TestMethod]
    public void SeedEpochAndIndexEachChangeTheGenerator()
    {
        var numbers = new[] { (1, 2, 3), (2, 2, 3), (1, 3, 3), (1, 2, 4), (3, 2, 1), (2, 1, 3), (-1, 0, 0), (0, 0, 0) }
            .Select(key => Augmentation.RandomFor(key.Item1, key.Item2, key.Item3).Next()).ToArray();

        Assert.AreEqual(numbers.Length, numbers.Distinct().Count());
    }

    [TestMethod]
    public void GeneratorsAreTheSameInEveryProcess() => Assert.AreEqual(1173485888, Augmentation.RandomFor(1, 2, 3).Next());

    [TestMethod]
    public void AProbabilityOfOneMirrorsLeftToRight()
    {
        using var image = PatternImages.Pattern(8, 8);

        var mirrored = Apply(WholeImage with { FlipProbability = 1 }, image, new(1));

        for (var i = 0; i < mirrored.Length; i++)
            Assert.AreEqual(image.Pixels[(i / 24 * 8 + 7 - i / 3 % 8) * 3 + i % 3], mirrored[i], 1e-3f);
    }

    [TestMethod]
    public void AProbabilityOfZeroNeverMirrors()
    {
        using var image = PatternImages.Pattern(8, 8);

        for (var seed = 0; seed < 20; seed++)
        {
            var values = Apply(WholeImage, image, new(seed));

            Assert.AreEqual(image.Pixels[0], values[0], 1e-3f);
        }
    }

    [TestMethod]
    public void EveryOtherImageIsMirroredAtOneHalf()
    {
        using var image = PatternImages.Draw(8, 8, (x, _, _) => (byte)(x * 20));

        var mirrored = Enumerable.Range(0, 1000)
            .Count(index => Apply(WholeImage with { FlipProbability = 0.5 }, image, Augmentation.RandomFor(1, 0, index)) is var values
                && values[0] > values[21]);

        Assert.IsInRange(440, 560, mirrored);
    }

    [TestMethod]
    [DataRow(500, 375, 0.08, 1.0, 0.435)]    // the last number is the mean area of 20,000 crops by torchvision 0.14
    [DataRow(375, 500, 0.08, 1.0, 0.434)]
    [DataRow(100, 100, 0.5, 0.9, 0.680)]
    public void CropsKeepToTheirAreaAndShape(int width, int height, double smallest, double largest, double mean)
    {
        var augmentation = new Augmentation(Unscaled, new() { MinScale = smallest, MaxScale = largest });
        var random = new Random(1);

        var crops = Enumerable.Range(0, 20000).Select(_ => augmentation.RandomCrop(width, height, random)).ToArray();

        foreach (var crop in crops)
        {
            Assert.IsInRange(smallest * 0.97, largest * 1.03, (double)crop.Width * crop.Height / (width * height));
            Assert.IsInRange(0.74, 1.35, (double)crop.Width / crop.Height);
            Assert.IsTrue(crop.X >= 0 && crop.Y >= 0 && crop.X + crop.Width <= width && crop.Y + crop.Height <= height, $"{crop}");
        }
        Assert.AreEqual(mean, crops.Average(crop => (double)crop.Width * crop.Height / (width * height)), 0.006);
    }

    [TestMethod]
    [DataRow(3000, 1, 1499, 0, 1, 1)]
    [DataRow(300, 30, 130, 0, 40, 30)]  // 10 attempts for the whole area cannot fit: the center, as wide as 4/3 allows
    [DataRow(30, 300, 0, 130, 30, 40)]
    public void AStripIsCroppedInItsCenter(int width, int height, int x, int y, int cropWidth, int cropHeight)
    {
        var augmentation = new Augmentation(Unscaled, new() { MinScale = 1 });

        var crop = augmentation.RandomCrop(width, height, new(1));

        Assert.AreEqual(new PixelBox(x, y, cropWidth, cropHeight), crop);
    }

    [TestMethod]
    public void PaddingShiftsTheImageAndLetsBlackIn()
    {
        using var image = PatternImages.Draw(8, 8, (_, _, _) => 200);
        var places = new HashSet<(int, int)>();

        for (var seed = 0; seed < 400; seed++)
        {
            using var varied = Vary(new() { Padding = 2 }, image, new(seed));
            var (left, top) = (Blank(x => varied.Pixels[(4 * 8 + x) * 3]), Blank(y => varied.Pixels[(y * 8 + 4) * 3]));
            places.Add((left, top));
            for (var i = 0; i < 64; i++)
            {
                var isInside = Inside(i % 8, left) && Inside(i / 8, top);
                Assert.AreEqual(isInside ? 200 : 0, varied.Pixels[i * 3], $"shift {left}, {top}, pixel {i}");
            }
        }

        // Every shift from -2 to 2 each way.
        Assert.HasCount(25, places);

        static int Blank(Func<int, byte> value) =>
            Enumerable.Range(0, 8).Count(i => i < 4 && value(i) == 0) - Enumerable.Range(4, 4).Count(i => value(i) == 0);
        static bool Inside(int i, int blank) => i >= blank && i < 8 + Math.Min(blank, 0);
    }

    [TestMethod]
    public void AnImageOfAnotherSizeIsPaddedAsScoringSeesIt()
    {
        using var image = PatternImages.Pattern(40, 30);
        using var expected = new Preprocessor(Unscaled).Crop(image);

        using var varied = Vary(new() { Padding = 1 }, image, new(SeedOfNoShift()));

        CollectionAssert.AreEqual(expected.PixelSpan.ToArray(), varied.PixelSpan.ToArray());

        static int SeedOfNoShift() =>
            Enumerable.Range(0, 1000).First(seed => new Random(seed) is var random && random.Next(3) == 1 && random.Next(3) == 1);
    }

    [TestMethod]
    public void ErasingPaintsOneRectangleOfTheMeanColor()
    {
        var preprocessing = new Preprocessing { ImageSize = 32, ResizeSize = 32 };
        using var image = PatternImages.Plain(32, 32, 1, 2, 3);
        var augmentation = new Augmentation(preprocessing, WholeImage with { ErasingProbability = 1 });
        var areas = new List<double>();

        for (var seed = 0; seed < 500; seed++)
        {
            using var varied = augmentation.Vary(image, new(seed));
            var erased = Enumerable.Range(0, 32 * 32).Where(i => varied.Pixels[i * 3] != 1).ToArray();
            var (width, height) = (erased.Max(i => i % 32) - erased.Min(i => i % 32) + 1,
                erased.Max(i => i / 32) - erased.Min(i => i / 32) + 1);

            Assert.HasCount(width * height, erased, "It is a rectangle.");
            Assert.IsTrue(
                erased.All(i => varied.PixelSpan.Slice(i * 3, 3).SequenceEqual((ReadOnlySpan<byte>)[124, 116, 104])),
                "ImageNet's mean color");
            Assert.IsInRange(0.25, 3.6, (double)height / width);
            areas.Add(erased.Length / 1024.0);
        }

        Assert.IsInRange(0.012, 0.03, areas.Min());
        Assert.IsInRange(0.3, 0.35, areas.Max());
    }

    [TestMethod]
    [DataRow(nameof(AugmentationOptions.Brightness), 0.4)]
    [DataRow(nameof(AugmentationOptions.Contrast), 0.4)]
    [DataRow(nameof(AugmentationOptions.Saturation), 0.4)]
    [DataRow(nameof(AugmentationOptions.Hue), 0.1)]
    [DataRow(nameof(AugmentationOptions.Rotation), 30)]
    public void ColorsAndRotationKeepToTheirRange(string option, double spread)
    {
        using var image = PatternImages.Pattern(8, 8);
        var options = WholeImage with
        {
            Brightness = Of(nameof(AugmentationOptions.Brightness)),
            Contrast = Of(nameof(AugmentationOptions.Contrast)),
            Saturation = Of(nameof(AugmentationOptions.Saturation)),
            Hue = Of(nameof(AugmentationOptions.Hue)),
            Rotation = Of(nameof(AugmentationOptions.Rotation)),
        };
        Action<RgbImage, double> change = option switch
        {
            nameof(AugmentationOptions.Brightness) => (image, value) => ColorTransforms.Brightness(image, 1 + value),
            nameof(AugmentationOptions.Contrast) => (image, value) => ColorTransforms.Contrast(image, 1 + value),
            nameof(AugmentationOptions.Saturation) => (image, value) => ColorTransforms.Saturation(image, 1 + value),
            nameof(AugmentationOptions.Hue) => ColorTransforms.Hue,
            _ => GeometricTransforms.Rotate,
        };

        for (var seed = 0; seed < 20; seed++)
        {
            using var varied = Vary(options, image, new(seed));

            // Two draws of the crop, two of its place, one of the flip; then the order of the colors and the amount.
            var random = new Random(seed);
            for (var draw = 0; draw < 5; draw++)
                random.NextDouble();
            if (option != nameof(AugmentationOptions.Rotation))
                random.Shuffle(new int[4]);
            using var expected = PatternImages.Pattern(8, 8);
            change(expected, (2 * random.NextDouble() - 1) * spread);
            var differences = expected.PixelSpan.ToArray().Zip(varied.PixelSpan.ToArray(), (a, b) => Math.Abs(a - b)).Max();
            Assert.IsLessThanOrEqualTo(1, differences, $"seed {seed}");
        }

        double Of(string name) => name == option ? spread : 0;
    }

    [TestMethod]
    public void AVerticalFlipTurnsUpsideDown()
    {
        using var image = PatternImages.Pattern(8, 8);

        using var varied = Vary(WholeImage with { VerticalFlipProbability = 1 }, image, new(1));

        CollectionAssert.AreEqual(
            Enumerable.Range(0, 8).Reverse().SelectMany(y => image.PixelSpan.Slice(y * 24, 24).ToArray()).ToArray(),
            varied.PixelSpan.ToArray());
    }

    [TestMethod]
    [DataRow(-0.1, 0.08, 1.0, 1.3, "Option 'FlipProbability' is -0.1, but it must be from 0 to 1.")]
    [DataRow(0.5, 0.0, 1.0, 1.3, "Option 'MinScale' is 0, but it must be above 0 and at most 1.")]
    [DataRow(0.5, 0.5, 0.4, 1.3, "Option 'MaxScale' is 0.4, but it must be at least 'MinScale' and at most 1.")]
    [DataRow(0.5, 0.08, 1.0, 0.9, "Option 'MaxAspectRatio' is 0.9, but it must be at least 1 and finite.")]
    [DataRow(double.NaN, 0.08, 1.0, 1.3, "Option 'FlipProbability' is NaN, but it must be from 0 to 1.")]
    public void AnImpossibleOptionIsRefused(double flip, double smallest, double largest, double stretch, string message)
    {
        var options = new AugmentationOptions { FlipProbability = flip, MinScale = smallest, MaxScale = largest, MaxAspectRatio = stretch };

        var error = Assert.ThrowsExactly<ArgumentException>(() => new Augmentation(new(), options));

        Assert.Contains(message, error.Message);
    }

    [TestMethod]
    public void EveryOtherOptionIsCheckedToo()
    {
        (AugmentationOptions Options, string Message)[] impossible =
        [
            (new() { Padding = -1 }, "Option 'Padding' is -1, but it must be at least 0."),
            (new() { VerticalFlipProbability = 1.1 }, "Option 'VerticalFlipProbability' is 1.1, but it must be from 0 to 1."),
            (new() { Policy = (AugmentationPolicy)7 }, "Option 'Policy' is 7, but it must be None, RandAugment or TrivialAugment."),
            (new() { RandAugmentOperations = 0 }, "Option 'RandAugmentOperations' is 0, but it must be from 1 to 14."),
            (new() { RandAugmentMagnitude = 31 }, "Option 'RandAugmentMagnitude' is 31, but it must be from 0 to 30."),
            (new() { Brightness = -0.1 }, "Option 'Brightness' is -0.1, but it must be from 0 to 2."),
            (new() { Contrast = 3 }, "Option 'Contrast' is 3, but it must be from 0 to 2."),
            (new() { Saturation = double.NaN }, "Option 'Saturation' is NaN, but it must be from 0 to 2."),
            (new() { Hue = 0.6 }, "Option 'Hue' is 0.6, but it must be from 0 to 0.5."),
            (new() { Rotation = 181 }, "Option 'Rotation' is 181, but it must be from 0 to 180 degrees."),
            (new() { ErasingProbability = -1 }, "Option 'ErasingProbability' is -1, but it must be from 0 to 1."),
            (new() { MixUp = -0.2 }, "Option 'MixUp' is -0.2, but it must be at least 0 and finite."),
            (new() { CutMix = double.PositiveInfinity }, "Option 'CutMix' is"),
        ];
        foreach (var (options, message) in impossible)
            Assert.Contains(message, Assert.ThrowsExactly<ArgumentException>(options.Validate).Message);
    }

    [TestMethod]
    public void MoreThanTheWholeImageIsNotPadded()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new Augmentation(Unscaled, new() { Padding = 9 }));

        Assert.Contains("Option 'Padding' is 9, but it must be at most the image size, 8", error.Message);
    }

    private static RgbImage Vary(AugmentationOptions options, RgbImage image, Random random) =>
        new Augmentation(Unscaled, options).Vary(image, random);

    private static float[] Apply(AugmentationOptions options, RgbImage image, Random random)
    {
        var values = new float[3 * 8 * 8];
        new Augmentation(Unscaled, options).Apply(image, random, values);
        return values;
    }
}
