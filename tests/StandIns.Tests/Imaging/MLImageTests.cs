using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.StandIns.Tests.Imaging;

[TestClass]
public class MLImageTests
{
    [TestMethod]
    [DataRow(MLPixelFormat.Bgra32)]
    [DataRow(MLPixelFormat.Rgba32)]
    public void PixelsAreKeptAsGiven(MLPixelFormat format)
    {
        byte[] pixels = [1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255, 13, 14, 15, 255, 16, 17, 18, 255];

        using var image = MLImage.CreateFromPixels(3, 2, format, pixels);

        CollectionAssert.AreEqual(pixels, image.Pixels.ToArray());
        Assert.AreEqual((3, 2, 32, format), (image.Width, image.Height, image.BitsPerPixel, image.PixelFormat));
    }

    [TestMethod]
    public void BgrPixelsHaveNoAlphaAndOneOrder()
    {
        using var bgra = MLImage.CreateFromPixels(2, 1, MLPixelFormat.Bgra32, [1, 2, 3, 255, 4, 5, 6, 255]);
        using var rgba = MLImage.CreateFromPixels(2, 1, MLPixelFormat.Rgba32, [3, 2, 1, 255, 6, 5, 4, 255]);

        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4, 5, 6 }, bgra.GetBGRPixels);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4, 5, 6 }, rgba.GetBGRPixels);
    }

    [TestMethod]
    [DataRow(0, 1, MLPixelFormat.Bgra32, 0)]
    [DataRow(1, 0, MLPixelFormat.Bgra32, 0)]
    [DataRow(-1, -1, MLPixelFormat.Bgra32, 4)]
    [DataRow(1, 1, MLPixelFormat.Unknown, 4)]
    [DataRow(1, 1, MLPixelFormat.Bgra32, 3)]
    [DataRow(2, 1, MLPixelFormat.Rgba32, 4)]
    public void ImpossiblePixelsAreRefused(int width, int height, MLPixelFormat format, int length) =>
        Assert.ThrowsExactly<ArgumentException>(() => MLImage.CreateFromPixels(width, height, format, new byte[length]));

    [TestMethod]
    [DataRow("x.png", 0)]
    [DataRow("x.PNG", 0)]
    [DataRow("x.webp", 0)]
    [DataRow("x.jpg", 8)]
    [DataRow("x.jpeg", 8)]
    public void ASavedImageIsReadBack(string name, int tolerance)
    {
        using var folder = new TestFolder();
        using var image = TestFolder.Gradient(64, 32);

        image.Save(folder.File(name));
        using var fromFile = MLImage.CreateFromFile(folder.File(name));
        using var stream = File.OpenRead(folder.File(name));
        using var fromStream = MLImage.CreateFromStream(stream);

        Assert.AreEqual((64, 32), (fromFile.Width, fromFile.Height));
        AssertClose(image.GetBGRPixels, fromFile.GetBGRPixels, tolerance);
        AssertClose(fromFile.GetBGRPixels, fromStream.GetBGRPixels, 0);
    }

    [TestMethod]
    [DataRow("x")]
    [DataRow("x.tiff")]
    [DataRow("x.gif")]
    [DataRow("x.bmp")]
    public void OtherExtensionsCannotBeSaved(string name)
    {
        using var folder = new TestFolder();
        using var image = TestFolder.Gradient(4, 4);

        Assert.ThrowsExactly<ArgumentException>(() => image.Save(folder.File(name)));
    }

    [TestMethod]
    public void TheFormatIsRecognisedByContent()
    {
        using var folder = new TestFolder();
        using (var image = TestFolder.Gradient(5, 4))
            image.Save(folder.File("x.png"));
        File.Move(folder.File("x.png"), folder.File("x.jpg"));

        using var read = MLImage.CreateFromFile(folder.File("x.jpg"));

        Assert.AreEqual(5, read.Width);
    }

    [TestMethod]
    public void PixelsAreMultipliedByAlphaAndBgrPixelsAreNot()
    {
        using var folder = new TestFolder();
        using (var half = MLImage.CreateFromPixels(2, 1, MLPixelFormat.Rgba32, [100, 50, 20, 128, 0, 0, 0, 0]))
            half.Save(folder.File("x.png"));

        using var read = MLImage.CreateFromFile(folder.File("x.png"));

        var bgr = read.GetBGRPixels;
        Assert.AreEqual(50, read.Pixels[1], 1);
        AssertClose([40, 100, 199, 0, 0, 0], bgr, 1);
        Assert.AreEqual(128, read.Pixels[3]);
        Assert.AreEqual(0, read.Pixels[7]);
    }

    [TestMethod]
    public void WhatIsMissingOfACutJpegStaysGrey()
    {
        using var folder = new TestFolder();
        using (var image = TestFolder.Gradient(64, 64))
            image.Save(folder.File("x.jpg"));
        var bytes = File.ReadAllBytes(folder.File("x.jpg"));

        using var cut = MLImage.CreateFromStream(new MemoryStream(bytes, 0, bytes.Length * 3 / 4));

        Assert.AreEqual((64, 64), (cut.Width, cut.Height));
    }

    [TestMethod]
    public void UndecodableContentIsRefused()
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.File("x.jpg"), "This is not an image.");

        Assert.ThrowsExactly<ArgumentException>(() => MLImage.CreateFromFile(folder.File("x.jpg")));
        Assert.ThrowsExactly<ArgumentException>(() => MLImage.CreateFromFile(folder.File("missing.jpg")));
        Assert.ThrowsExactly<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream([])));
        Assert.ThrowsExactly<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream([0xFF, 0xD8, 0xFF, 0xE0])));
        Assert.ThrowsExactly<ArgumentNullException>(() => MLImage.CreateFromFile(null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => MLImage.CreateFromStream(null!));
    }

    [TestMethod]
    public void ADisposedImageIsRefusedInsteadOfCrashing()
    {
        var image = TestFolder.Gradient(4, 4);
        image.Tag = "here";
        Assert.AreEqual("here", image.Tag);

        image.Dispose();
        image.Dispose();

        foreach (var use in new Action[]
        {
            () => _ = image.Width, () => _ = image.Height, () => _ = image.BitsPerPixel, () => _ = image.PixelFormat, () => _ = image.Pixels.Length,
            () => _ = image.GetBGRPixels, () => _ = image.Tag, () => image.Tag = "there", () => image.Save("x.png"),
        })
        {
            Assert.AreEqual("Object is disposed.", Assert.ThrowsExactly<InvalidOperationException>(use).Message);
        }
    }

    [TestMethod]
    [DataRow("good.jpg", 144, 256, 128.2, 120.3, 116.9)]
    [DataRow("progressive.jpg", 144, 256, 128.2, 120.3, 116.9)]
    [DataRow("cmyk.jpg", 144, 256, 128.2, 120.3, 116.9)]
    [DataRow("grayscale.jpg", 144, 256, 122.3, 122.3, 122.3)]
    [DataRow("exif_orientation_6.jpg", 256, 144, 128.2, 120.3, 116.9)]
    [DataRow("gray16.png", 96, 128, 122.3, 122.3, 122.3)]
    [DataRow("rgb16.png", 96, 128, 128.3, 120.3, 116.9)]
    [DataRow("one_bit.png", 96, 128, 122.2, 122.2, 122.2)]
    [DataRow("palette.png", 96, 128, 128.4, 120.7, 117.4)]
    [DataRow("image.webp", 144, 256, 128.2, 120.4, 116.9)]
    public void FilesOfManyKindsAreDecoded(string name, int width, int height, double red, double green, double blue)
    {
        using var image = MLImage.CreateFromFile(Path.Combine(RepositoryFolders.SharedOrSkip("data/bad"), name));

        var bgr = image.GetBGRPixels;
        Assert.AreEqual((width, height), (image.Width, image.Height));
        Assert.AreEqual(red, bgr.Where((_, i) => i % 3 == 2).Average(value => value), 1.5);
        Assert.AreEqual(green, bgr.Where((_, i) => i % 3 == 1).Average(value => value), 1.5);
        Assert.AreEqual(blue, bgr.Where((_, i) => i % 3 == 0).Average(value => value), 1.5);
    }

    private static void AssertClose(byte[] expected, byte[] found, int tolerance)
    {
        Assert.AreEqual(expected.Length, found.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], tolerance, $"value {i}");
    }
}
