namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class PreprocessorTests
{
    private static readonly Preprocessing Unscaled =
        new() { ImageSize = 8, ResizeSize = 10, Mean = [0, 0, 0], Std = [1 / 255f, 1 / 255f, 1 / 255f] };

    [TestMethod]
    public void ValuesAreScaledAndNormalizedWithTheChannelsSideBySide()
    {
        using var image = PatternImages.Plain(8, 8, 255, 128, 0);

        var values = Apply(new() { ImageSize = 8, ResizeSize = 8 }, image);

        Assert.AreEqual((1 - 0.485f) / 0.229f, values[0], 1e-6f);
        Assert.AreEqual((128 / 255f - 0.456f) / 0.224f, values[1], 1e-6f);
        Assert.AreEqual((0 - 0.406f) / 0.225f, values[191], 1e-6f);
    }

    [TestMethod]
    public void AnImageOfTheInputSizeIsTakenAsItIs()
    {
        using var image = PatternImages.Pattern(8, 8);

        var values = Apply(Unscaled, image);

        for (var i = 0; i < values.Length; i++)
            Assert.AreEqual(image.Pixels[i], values[i], 1e-3f);
    }

    [TestMethod]
    [DataRow(40, 30, 13, 10, 2, 1)]     // torchvision: 40 * 10 / 30 = 13 wide; (13 - 8) / 2 = 2.5 is rounded to the even 2
    [DataRow(30, 41, 10, 13, 1, 2)]
    [DataRow(30, 45, 10, 15, 1, 4)]     // (15 - 8) / 2 = 3.5 is rounded to the even 4
    [DataRow(20, 20, 10, 10, 1, 1)]
    [DataRow(5, 4, 12, 10, 2, 1)]
    public void TheShorterSideIsResizedAndTheCenterCropped(int width, int height, int resizedWidth, int resizedHeight, int left, int top)
    {
        using var image = PatternImages.Pattern(width, height);
        using var resized = ImageResizer.Resize(image, resizedWidth, resizedHeight, Interpolation.Bilinear);

        var values = Apply(Unscaled, image);

        for (var i = 0; i < values.Length; i++)
        {
            var (y, x, c) = (i / 24, i / 3 % 8, i % 3);
            Assert.AreEqual(
                resized.Pixels[((y + top) * resizedWidth + x + left) * 3 + c], values[i], 1e-3f, $"channel {c}, row {y}, column {x}");
        }
    }

    [TestMethod]
    [DataRow(3000, 1)]
    [DataRow(1, 3000)]
    public void AStripIsCroppedWithoutEverBeingLarge(int width, int height)
    {
        using var image = PatternImages.Plain(width, height, 9, 200, 50);
        var preprocessor = new Preprocessor(new());
        var values = new float[3 * 224 * 224];
        var before = GC.GetAllocatedBytesForCurrentThread();

        preprocessor.Apply(image, values);

        // The whole resized image, of which this is the center, would take 590 MB.
        Assert.IsLessThan(4_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.AreEqual((9 / 255f - 0.485f) / 0.229f, values[0], 1e-6f);
        Assert.AreEqual((50 / 255f - 0.406f) / 0.225f, values[^1], 1e-6f);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(16)]
    public void EachChannelOfManyIsResizedAndNormalizedByItself(int channels)
    {
        var preprocessing = new Preprocessing
        {
            ImageSize = 6,
            ResizeSize = 8,
            Mean = [.. Enumerable.Range(0, channels).Select(channel => channel / 20f)],
            Std = [.. Enumerable.Range(1, channels).Select(channel => channel / 10f)],
        };
        var planes = Enumerable.Range(0, channels * 9 * 12).Select(i => (float)(i * 37 % 256)).ToArray();
        using var image = ImageDecoder.FromPlanes(planes, 9, 12, "row 1", channels);

        var values = new float[6 * 6 * channels];
        new Preprocessor(preprocessing).Apply(image, values);

        for (var channel = 0; channel < channels; channel++)
        {
            var plane = planes.AsSpan(channel * 9 * 12, 9 * 12);
            using var alone = ImageDecoder.FromPlanes((float[])[.. plane, .. plane, .. plane], 9, 12, "row 1");
            var (mean, std) = (preprocessing.Mean[channel], preprocessing.Std[channel]);
            var expected = Apply(preprocessing with { Mean = [mean, mean, mean], Std = [std, std, std] }, alone);
            for (var pixel = 0; pixel < 36; pixel++)
                Assert.AreEqual(expected[pixel * 3], values[pixel * channels + channel], 1e-5f, $"channel {channel}, pixel {pixel}");
        }
    }

    private static float[] Apply(Preprocessing preprocessing, RgbImage image)
    {
        var values = new float[3 * preprocessing.ImageSize * preprocessing.ImageSize];
        new Preprocessor(preprocessing).Apply(image, values);
        return values;
    }
}
