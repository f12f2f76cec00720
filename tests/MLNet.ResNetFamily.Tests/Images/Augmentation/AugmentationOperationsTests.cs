namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class AugmentationOperationsTests
{
    private const int Size = 24;

    // The operations and strengths of torchvision 0.14's RandAugment at magnitude 9 of 0 to 30, written out.
    [TestMethod]
    public void RandAugmentDrawsTheFourteenOperationsAtOneStrength()
    {
        var expected = Signed(GeometricTransforms.ShearX, 0.3 * 0.3).Concat(Signed(GeometricTransforms.ShearY, 0.3 * 0.3))
            .Concat(Signed((image, by) => GeometricTransforms.Translate(image, (int)by, 0), 150.0 / 331 * Size * 0.3))
            .Concat(Signed((image, by) => GeometricTransforms.Translate(image, 0, (int)by), 150.0 / 331 * Size * 0.3))
            .Concat(Signed(GeometricTransforms.Rotate, 30 * 0.3))
            .Concat(Signed((image, by) => ColorTransforms.Brightness(image, 1 + by), 0.9 * 0.3))
            .Concat(Signed((image, by) => ColorTransforms.Saturation(image, 1 + by), 0.9 * 0.3))
            .Concat(Signed((image, by) => ColorTransforms.Contrast(image, 1 + by), 0.9 * 0.3))
            .Concat(Signed((image, by) => ColorTransforms.Sharpness(image, 1 + by), 0.9 * 0.3))
            .Concat([Of(_ => { }), Of(image => ColorTransforms.Posterize(image, 7)), Of(image => ColorTransforms.Solarize(image, 178.5))])
            .Concat([Of(ColorTransforms.AutoContrast), Of(ColorTransforms.Equalize)]);

        var drawn = Enumerable.Range(0, 1000).Select(seed => Of(image => AugmentationOperations.RandAugment(image, 1, 9, new Random(seed))))
            .ToHashSet();

        CollectionAssert.AreEquivalent(expected.Distinct().ToArray(), drawn.ToArray());
    }

    [TestMethod]
    public void RandAugmentAppliesAsManyOperationsAsAreAskedFor()
    {
        var both = Of(image => AugmentationOperations.RandAugment(image, 2, 9, new Random(5)));

        var random = new Random(5);
        var oneByOne = Of(image =>
        {
            AugmentationOperations.RandAugment(image, 1, 9, random);
            AugmentationOperations.RandAugment(image, 1, 9, random);
        });

        Assert.AreEqual(oneByOne, both);
    }

    [TestMethod]
    public void TrivialAugmentDrawsEveryStrength()
    {
        // Nine signed operations of 30 strengths either way, posterizing and solarizing, and three without strength: many look alike.
        var drawn = Enumerable.Range(0, 20000).Select(seed => Of(image => AugmentationOperations.TrivialAugment(image, new Random(seed))))
            .ToHashSet();

        foreach (var level in Enumerable.Range(1, 30))
        {
            foreach (var sign in new[] { 1, -1 })
            {
                Assert.Contains(
                    Of(image => GeometricTransforms.Rotate(image, 135.0 * sign * level / 30)), drawn, $"rotation {sign * level}");
                Assert.Contains(
                    Of(image => ColorTransforms.Saturation(image, 1 + 0.99 * sign * level / 30)), drawn, $"saturation {sign * level}");
            }
        }
        Assert.Contains(Of(image => ColorTransforms.Posterize(image, 2)), drawn);
        Assert.Contains(Of(image => GeometricTransforms.Translate(image, 0, -16)), drawn);
    }

    private static IEnumerable<string> Signed(Action<RgbImage, double> operation, double strength) =>
        [Of(image => operation(image, strength)), Of(image => operation(image, -strength))];

    private static string Of(Action<RgbImage> operation)
    {
        using var image = PatternImages.Draw(Size, Size, (x, y, c) => (byte)(40 + x * 3 + y * 2 + c * 17 + x * y % 11 * 5));
        operation(image);
        return Convert.ToBase64String(image.PixelSpan);
    }
}
