namespace MLNet.ResNetFamily.Tests.Images;

/// <summary>Every row of the README in ../shared/data/bad gets the answer that it lists, or one of the answers.</summary>
[TestClass]
public class AwkwardFilesTests
{
    [TestMethod]
    [DataRow("good.jpg", 144, 256, 128.2, 120.3, 116.9)]
    [DataRow("progressive.jpg", 144, 256, 128.2, 120.3, 116.9)]
    [DataRow("subsampling_444.jpg", 144, 256, 128.2, 120.3, 116.9)]
    [DataRow("grayscale.jpg", 144, 256, 122.3, 122.3, 122.3)]
    [DataRow("cmyk.jpg", 144, 256, 128.2, 120.3, 116.9)]
    [DataRow("corrupt_middle.jpg", 144, 256, 136.0, 121.7, 134.7)]
    [DataRow("png_named_jpg.jpg", 64, 85, 128.2, 120.3, 116.9)]
    [DataRow("gray16.png", 96, 128, 122.3, 122.3, 122.3)]
    [DataRow("rgb16.png", 96, 128, 128.3, 120.3, 116.9)]
    [DataRow("gray_alpha.png", 96, 128, 122.3, 122.3, 122.3)]
    [DataRow("rgba_half_transparent.png", 96, 128, 50.2, 45.8, 45.4)]       // over black: the upper half is transparent
    [DataRow("palette.png", 96, 128, 128.4, 120.7, 117.4)]
    [DataRow("palette_transparent.png", 96, 128, 109.3, 101.6, 98.7)]       // over black: one of 16 colours is transparent
    [DataRow("one_bit.png", 96, 128, 122.2, 122.2, 122.2)]
    [DataRow("1x1.png", 1, 1, 200.0, 100.0, 50.0)]
    [DataRow("3000x1.png", 3000, 1, 9.0, 200.0, 50.0)]
    [DataRow("image.webp", 144, 256, 128.2, 120.4, 116.9)]
    [DataRow("image.bmp", 64, 85, 128.2, 120.4, 116.9)]
    [DataRow("image.tiff", 64, 85, 128.2, 120.4, 116.9)]
    [DataRow("animated.gif", 96, 128, 128.3, 120.4, 116.9)]                  // its first frame
    [DataRow("name with  spaces.jpg", 96, 128, 128.1, 120.3, 116.8)]
    [DataRow("naïve_犬_🐶.jpg", 96, 128, 128.1, 120.3, 116.8)]
    [DataRow("quote'and,comma;semi.jpg", 96, 128, 128.1, 120.3, 116.8)]
    [DataRow("UPPER.JPG", 96, 128, 128.1, 120.3, 116.8)]
    [DataRow("two.dots.jpeg", 96, 128, 128.1, 120.3, 116.8)]
    [DataRow("-dash.jpg", 96, 128, 128.1, 120.3, 116.8)]
    [DataRow(".hidden.jpg", 96, 128, 128.1, 120.3, 116.8)]                   // when named; a folder scan skips it
    [DataRow("no_extension", 96, 128, 128.1, 120.3, 116.8)]
    public void IsDecoded(string name, int width, int height, double red, double green, double blue)
    {
        using var image = new ImageFile(BadFile(name)).Decode(100_000_000);

        Assert.AreEqual((width, height), (image.Width, image.Height));
        Assert.AreEqual(red, Mean(image.PixelSpan, 0), 1.5);
        Assert.AreEqual(green, Mean(image.PixelSpan, 1), 1.5);
        Assert.AreEqual(blue, Mean(image.PixelSpan, 2), 1.5);
    }

    [TestMethod]
    [DataRow("truncated_half.jpg", "the JPEG data ends after 4,099 bytes")]
    [DataRow("truncated_header.jpg", "the JPEG data ends after 100 bytes, but the rest of its header should follow")]
    [DataRow("missing_eoi.jpg", "end marker should follow: the file was cut off")]
    [DataRow("zero_bytes.jpg", "there are no bytes")]
    [DataRow("text.jpg", "this is not an image: it starts with the text \"This is not an i\"")]
    [DataRow("html_error_page.jpg", "this is not an image: it starts with the text \"<!DOCTYPE html><\"")]
    [DataRow("Thumbs.db", "this is not an image")]
    [DataRow("bomb_20000x20000.png", "20000 x 20000 = 400,000,000 pixels, but at most 100,000,000 are decoded")]
    [DataRow("bomb_20000x20000_1bit.png", "20000 x 20000 = 400,000,000 pixels")]
    [DataRow("huge_dimensions.jpg", "65500 x 65500 = 4,290,250,000 pixels")]
    [DataRow("huge_dimensions_no_data.png", "2147483647 x 2147483647 = 4,611,686,014,132,420,609 pixels")]
    [DataRow("zero_width.png", "the image is 0 x 10 pixels")]
    [DataRow("bad_crc.png", "the check sum of chunk 'IDAT' is wrong")]
    [DataRow("directory.jpg", "this is a folder")]
    public void IsRefused(string name, string reason)
    {
        var path = BadFile(name);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.ThrowsExactly<InvalidDataException>(() => new ImageFile(path).Decode(100_000_000));

        Assert.StartsWith($"'{path}': ", error.Message);
        Assert.Contains(reason, error.Message);
        Assert.IsLessThan(10_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void AnExifOrientationIsIgnoredAsTorchvisionAndMLNetDo()
    {
        using var image = new ImageFile(BadFile("exif_orientation_6.jpg")).Decode(100_000_000);

        Assert.AreEqual((256, 144), (image.Width, image.Height));
    }

    [TestMethod]
    public void AnExifOrientationIsAppliedWhenAskedFor()
    {
        using var image = new ImageFile(BadFile("exif_orientation_6.jpg"))
            .Decode(new DecodeOptions(100_000_000) { AppliesExifOrientation = true });

        Assert.AreEqual((144, 256), (image.Width, image.Height));
        var half = image.PixelSpan.Length / 2;
        Assert.AreEqual(149.4, Enumerable.Range(0, 3).Average(c => Mean(image.PixelSpan[..half], c)), 1.5);
        Assert.AreEqual(94.3, Enumerable.Range(0, 3).Average(c => Mean(image.PixelSpan[half..], c)), 1.5);
    }

    private static double Mean(ReadOnlySpan<byte> pixels, int channel)
    {
        var sum = 0L;
        for (var i = channel; i < pixels.Length; i += 3)
            sum += pixels[i];
        return sum / (pixels.Length / 3.0);
    }

    private static string BadFile(string name)
    {
        var bad = Path.GetFullPath(RepositoryFolder.File("..", "shared", "data", "bad"));
        if (!Directory.Exists(bad))
            Assert.Inconclusive("needs '../shared/data/bad', which is not part of a clone");
        return Path.Combine(bad, name);
    }
}
