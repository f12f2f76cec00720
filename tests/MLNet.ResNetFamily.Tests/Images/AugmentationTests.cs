namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class AugmentationTests
{
    private static readonly Preprocessing Unscaled = new() { ImageSize = 8, ResizeSize = 8, Mean = [0, 0, 0], Std = [1 / 255f, 1 / 255f, 1 / 255f] };
    private static readonly AugmentationOptions WholePicture = new() { SmallestCrop = 1, LargestStretch = 1, FlipProbability = 0 };

    [TestMethod]
    public void TheDefaultsAreThoseOfTorchvision()
    {
        var options = new AugmentationOptions();

        Assert.AreEqual((0.0, 0.5, 1.0, 4.0 / 3), (options.FlipProbability, options.SmallestCrop, options.LargestCrop, options.LargestStretch));
    }

    [TestMethod]
    public void TheSameGeneratorGivesTheSameImage()
    {
        using var image = Pictures.Pattern(40, 30);

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
        using var image = Pictures.Pattern(8, 8);

        var mirrored = Apply(WholePicture with { FlipProbability = 1 }, image, new(1));

        for (var i = 0; i < mirrored.Length; i++)
            Assert.AreEqual(image.Pixels[(i / 24 * 8 + 7 - i / 3 % 8) * 3 + i % 3], mirrored[i], 1e-3f);
    }

    [TestMethod]
    public void AProbabilityOfZeroNeverMirrors()
    {
        using var image = Pictures.Pattern(8, 8);

        for (var seed = 0; seed < 20; seed++)
        {
            var values = Apply(WholePicture, image, new(seed));

            Assert.AreEqual(image.Pixels[0], values[0], 1e-3f);
        }
    }

    [TestMethod]
    public void EveryOtherImageIsMirroredAtOneHalf()
    {
        using var image = Pictures.Draw(8, 8, (x, _, _) => (byte)(x * 20));

        var mirrored = Enumerable.Range(0, 1000)
            .Count(index => Apply(WholePicture with { FlipProbability = 0.5 }, image, Augmentation.RandomFor(1, 0, index)) is var values && values[0] > values[21]);

        Assert.IsInRange(440, 560, mirrored);
    }

    [TestMethod]
    [DataRow(500, 375, 0.08, 1.0, 0.435)]    // the last number is the mean area of 20,000 crops by torchvision 0.14
    [DataRow(375, 500, 0.08, 1.0, 0.434)]
    [DataRow(100, 100, 0.5, 0.9, 0.680)]
    public void CropsKeepToTheirAreaAndShape(int width, int height, double smallest, double largest, double mean)
    {
        var augmentation = new Augmentation(Unscaled, new() { SmallestCrop = smallest, LargestCrop = largest });
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
    [DataRow(300, 30, 130, 0, 40, 30)]  // 10 attempts for the whole area cannot fit: the centre, as wide as 4/3 allows
    [DataRow(30, 300, 0, 130, 30, 40)]
    public void AStripIsCroppedInItsCentre(int width, int height, int x, int y, int cropWidth, int cropHeight)
    {
        var augmentation = new Augmentation(Unscaled, new() { SmallestCrop = 1 });

        var crop = augmentation.RandomCrop(width, height, new(1));

        Assert.AreEqual(new PixelBox(x, y, cropWidth, cropHeight), crop);
    }

    [TestMethod]
    [DataRow(-0.1, 0.08, 1.0, 1.3, "Option 'FlipProbability' is -0.1, but it must be from 0 to 1.")]
    [DataRow(0.5, 0.0, 1.0, 1.3, "Option 'SmallestCrop' is 0, but it must be above 0 and at most 1.")]
    [DataRow(0.5, 0.5, 0.4, 1.3, "Option 'LargestCrop' is 0.4, but it must be at least 'SmallestCrop' and at most 1.")]
    [DataRow(0.5, 0.08, 1.0, 0.9, "Option 'LargestStretch' is 0.9, but it must be at least 1 and finite.")]
    [DataRow(double.NaN, 0.08, 1.0, 1.3, "Option 'FlipProbability' is NaN, but it must be from 0 to 1.")]
    public void AnImpossibleOptionIsRefused(double flip, double smallest, double largest, double stretch, string message)
    {
        var options = new AugmentationOptions { FlipProbability = flip, SmallestCrop = smallest, LargestCrop = largest, LargestStretch = stretch };

        var error = Assert.ThrowsExactly<ArgumentException>(() => new Augmentation(new(), options));

        Assert.Contains(message, error.Message);
    }

    private static float[] Apply(AugmentationOptions options, RgbImage image, Random random)
    {
        var values = new float[3 * 8 * 8];
        new Augmentation(Unscaled, options).Apply(image, random, values);
        return values;
    }
}
