using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class ImageDecoderTests
{
    private const long MaxPixels = 100_000_000;

    [TestMethod]
    [DataRow("image.jpg", 12)]
    [DataRow("image.jpeg", 12)]
    [DataRow("image.png", 0)]
    [DataRow("image.webp", 0)]
    [DataRow("image.gif", 0)]
    [DataRow("image.bmp", 0)]
    [DataRow("image.tiff", 0)]
    public void AWrittenFileIsReadBack(string name, int tolerance)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(name, Encode(name));

        using var image = new ImageFile(path).Decode(MaxPixels);

        using var expected = SmoothImage();
        Assert.AreEqual((40, 24), (image.Width, image.Height));
        for (var i = 0; i < image.PixelSpan.Length; i++)
            Assert.AreEqual(expected.Pixels[i], image.Pixels[i], tolerance, $"value {i}");
    }

    [TestMethod]
    public void AFileIsRecognisedByItsContent()
    {
        using var folder = new TemporaryFolder();

        using var image = new ImageFile(folder.Write("png in disguise.jpg", Encode("image.png"))).Decode(MaxPixels);

        Assert.AreEqual(40, image.Width);
    }

    [TestMethod]
    [DataRow("-dash.jpg")]
    [DataRow("two  spaces.jpg")]
    [DataRow("naïve_犬_🐶.jpg")]
    [DataRow("quote'and,comma;semi.jpg")]
    [DataRow("no_extension")]
    public void AnyNameWorks(string name)
    {
        using var folder = new TemporaryFolder();

        using var image = new ImageFile(folder.Write(name, Encode("image.jpg"))).Decode(MaxPixels);

        Assert.AreEqual(40, image.Width);
    }

    [TestMethod]
    public void BytesInTheMiddleOfAnArrayAreDecoded()
    {
        var file = Encode("image.jpg");
        byte[] padded = [1, 2, 3, .. file, 4, 5];

        using var image = ImageDecoder.DecodeBytes(padded.AsMemory(3, file.Length), "row 1", MaxPixels);

        Assert.AreEqual(24, image.Height);
    }

    [TestMethod]
    [DataRow("missing.jpg", "the file cannot be read")]
    [DataRow("", "this is a folder, but an image file was expected")]
    public void AFileThatCannotBeReadIsRefused(string name, string reason)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, name);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => new ImageFile(path).Decode(MaxPixels));

        Assert.StartsWith($"'{path}': {reason}", error.Message);
    }

    [TestMethod]
    [DataRow("", "there are no bytes")]
    [DataRow("<!DOCTYPE html><html>", "it starts with the text \"<!DOCTYPE html><\"")]
    [DataRow("\u0000\u0001\u0002\u0003", "it starts with the bytes 00010203")]
    [DataRow("BMW are cars.", "it starts with the text \"BMW are cars.\"")]
    [DataRow("\0\0\0\u0018ftypheic..", "this is a HEIC image, but only JPEG, PNG, WebP, GIF, BMP, and TIFF are decoded.")]
    [DataRow("\0\0\0\u0018ftypmif1..", "'heif-convert IN.heic OUT.jpg'")]
    [DataRow("\0\0\0\u0018ftypavif..", "this is an AVIF image, but only")]
    [DataRow("\0\0\0\u0018ftypisom..", "this is a video, but only")]
    [DataRow("\0\0\0\fJXL \r\n....", "this is a JPEG XL image, but only")]
    [DataRow("\u00FF\n..........", "'djxl IN.jxl OUT.png' does it")]
    [DataRow("II+\0\b\0......", "this is a BigTIFF image")]
    public void WhatIsNoImageIsNamedForWhatItIs(string content, string expected)
    {
        var bytes = System.Text.Encoding.Latin1.GetBytes(content);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ImageDecoder.DecodeBytes(bytes, "row 17", MaxPixels));

        Assert.StartsWith("'row 17': ", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [TestMethod]
    [DataRow("image.jpg")]
    [DataRow("image.png")]
    [DataRow("image.webp")]
    [DataRow("image.gif")]
    [DataRow("image.bmp")]
    [DataRow("image.tiff")]
    public void EveryCutIsRefused(string name)
    {
        var file = Encode(name);

        for (var length = 0; length < file.Length; length++)
        {
            Assert.ThrowsExactly<InvalidDataException>(
                () => ImageDecoder.DecodeBytes(file.AsMemory(0, length), "cut", MaxPixels), $"{length} of {file.Length} bytes");
        }
    }

    [TestMethod]
    [DataRow("image.jpg")]
    [DataRow("image.png")]
    [DataRow("image.webp")]
    [DataRow("image.gif")]
    [DataRow("image.bmp")]
    [DataRow("image.tiff")]
    public void DamageIsRefusedOrDecodedButNeverCrashes(string name)
    {
        var file = Encode(name);
        var random = new Random(1);
        var decoded = 0;

        for (var round = 0; round < 500; round++)
        {
            var damaged = file.ToArray();
            for (var i = 0; i < 1 + round % 8; i++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                ImageDecoder.DecodeBytes(damaged, "damaged", 1_000_000).Dispose();
                decoded++;
            }
            catch (InvalidDataException error)
            {
                Assert.StartsWith("'damaged': ", error.Message);
            }
        }

        Assert.IsLessThan(500, decoded);
    }

    [TestMethod]
    [DataRow("image.jpg")]
    [DataRow("image.png")]
    [DataRow("image.webp")]
    [DataRow("image.gif")]
    [DataRow("image.bmp")]
    [DataRow("image.tiff")]
    public void MorePixelsThanAllowedAreRefused(string name)
    {
        var file = Encode(name);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ImageDecoder.DecodeBytes(file, "x", 959));
        using var image = ImageDecoder.DecodeBytes(file, "x", 960);

        Assert.AreEqual(
            "'x': the image has 40 x 24 = 960 pixels, but at most 959 are decoded. Scale it down, or raise the option " +
            "'MaxPixels' if you trust it.", error.Message);
        Assert.AreEqual(40, image.Width);
    }

    [TestMethod]
    [DataRow(MLPixelFormat.Bgra32)]
    [DataRow(MLPixelFormat.Rgba32)]
    public void AnMLImageIsCopiedInEitherPixelOrder(MLPixelFormat format)
    {
        foreach (var (width, height) in new[] { (1, 1), (5, 3), (8, 8), (17, 1) })
        {
            using var expected = PatternImages.Pattern(width, height);
            using var source = ToMLImage(expected, format);

            using var image = ImageDecoder.FromMLImage(source);

            CollectionAssert.AreEqual(expected.PixelSpan.ToArray(), image.PixelSpan.ToArray());
        }
    }

    [TestMethod]
    public void PlanesBecomePixels()
    {
        var planes = Enumerable.Range(0, 2 * 3 * 3).Select(i => i * 15f).ToArray();

        using var image = ImageDecoder.FromPlanes(planes, width: 3, height: 2, "row 1");

        CollectionAssert.AreEqual(new byte[] { 0, 90, 180, 15, 105, 195 }, image.PixelSpan[..6].ToArray());
        Assert.AreEqual((3, 2), (image.Width, image.Height));
    }

    [TestMethod]
    [DataRow(float.NaN, "NaN")]
    [DataRow(float.PositiveInfinity, "Infinity")]
    [DataRow(float.NegativeInfinity, "-Infinity")]
    [DataRow(256f, "256")]
    [DataRow(-1f, "-1")]
    public void PlanesWithImpossibleValuesAreRefused(float value, string shown)
    {
        var planes = new float[12];
        planes[5] = value;

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ImageDecoder.FromPlanes(planes, 2, 2, "row 17"));

        Assert.AreEqual(
            $"'row 17': pixel value 5 is {shown}, but must be from 0 to 255. Extract pixels without offset and scale.", error.Message);
    }

    private static RgbImage SmoothImage() => PatternImages.Draw(40, 24, (x, y, c) => (byte)(60 + x * 2 + y * 3 + c * 20));

    private static MLImage ToMLImage(RgbImage image, MLPixelFormat format)
    {
        var pixels = new byte[image.Width * image.Height * 4];
        for (var i = 0; i < pixels.Length; i++)
        {
            var channel = format == MLPixelFormat.Bgra32 ? 2 - i % 4 : i % 4;
            pixels[i] = i % 4 == 3 ? (byte)255 : image.Pixels[i / 4 * 3 + channel];
        }
        return MLImage.CreateFromPixels(image.Width, image.Height, format, pixels);
    }

    private static byte[] Encode(string name)
    {
        using var folder = new TemporaryFolder();
        using var smooth = SmoothImage();
        if (Path.GetExtension(name) is ".gif")
            return FileWriters.Gif([smooth]);
        if (Path.GetExtension(name) is ".bmp")
            return FileWriters.Bmp(smooth);
        if (Path.GetExtension(name) is ".tiff")
            return FileWriters.Tiff(smooth);
        using var image = ToMLImage(smooth, MLPixelFormat.Bgra32);
        var path = Path.Combine(folder.Path, name);
        image.Save(path);
        return File.ReadAllBytes(path);
    }
}
