using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class TurboJpegTests
{
    private const string Origin = "image.jpg";

    [TestInitialize]
    public void NeedsTheLibrary()
    {
        if (!TurboJpeg.IsPresent)
            Assert.Inconclusive("Needs libjpeg-turbo's TurboJPEG library (Debian: libturbojpeg0).");
    }

    [TestMethod]
    public void TheWholeImageIsThatOfMLImage()
    {
        var file = Photo(201, 151);
        using var stream = new MemoryStream(file);
        using var whole = MLImage.CreateFromStream(stream);
        using var expected = ImageDecoder.FromMLImage(whole);

        using var image = Decode(file, int.MaxValue);

        Assert.AreEqual((201, 151, 1), (image.Width, image.Height, image.Reduction));
        Assert.IsLessThan(0.5, MeanDifference(expected.PixelSpan, image.PixelSpan));
    }

    [TestMethod]
    [DataRow(151, 1, 401, 301)]
    [DataRow(150, 2, 201, 151)]
    [DataRow(76, 2, 201, 151)]
    [DataRow(75, 4, 101, 76)]
    [DataRow(1, 8, 51, 38)]
    public void TheImageIsHalvedAsLongAsEnoughIsLeft(int shorterSide, int reduction, int width, int height)
    {
        using var image = Decode(Photo(401, 301), shorterSide);

        Assert.AreEqual((401, 301), (image.FullWidth, image.FullHeight));
        Assert.AreEqual((reduction, width, height), (image.Reduction, image.Width, image.Height));
    }

    [TestMethod]
    [DataRow(1201, 901)]    // half of them: one pixel more than the half
    [DataRow(1600, 1200)]
    [DataRow(803, 1999)]
    public void WhatTheNetworkSeesStaysTheSame(int width, int height)
    {
        var file = Photo(width, height);
        var preprocessor = new Preprocessor(new() { ImageSize = 128, ResizeSize = 146 });
        using var whole = Decode(file, int.MaxValue);
        using var reduced = Decode(file, preprocessor.ShorterSide);
        using var expected = preprocessor.Crop(whole);

        using var seen = preprocessor.Crop(reduced);

        Assert.IsGreaterThan(1, reduced.Reduction);
        var (mean, largest) = (MeanDifference(expected.PixelSpan, seen.PixelSpan), LargestDifference(expected.PixelSpan, seen.PixelSpan));
        Assert.IsLessThan(0.6, mean, $"mean difference {mean:F3} levels");
        Assert.IsLessThanOrEqualTo(16, largest, $"largest difference {largest} levels");
    }

    [TestMethod]
    public void AHeaderThatSaysAnotherSizeIsDamage()
    {
        var header = new ImageHeader(ImageFormat.Jpeg, 63, 48);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => TurboJpeg.TryDecode(Photo(64, 48), header, int.MaxValue, Origin));

        Assert.Contains($"'{Origin}': the JPEG data is damaged: its header says 63 x 48, its image is 64 x 48", error.Message);
    }

    [TestMethod]
    public void WhatTheDecoderRefusesIsRefused()
    {
        var file = Photo(64, 48);

        // The tables of the Huffman code: none has as many codes.
        file.AsSpan(file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC4]) + 5, 16).Fill(0xEE);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Decode(file, int.MaxValue));

        StringAssert.StartsWith(error.Message, $"'{Origin}': the Jpeg data cannot be decoded (");
    }

    private static RgbImage Decode(byte[] file, int shorterSide) =>
        TurboJpeg.TryDecode(file, ImageHeader.Read(file, Origin, 100_000_000), shorterSide, Origin)!;

    /// <summary>Smooth light and shade with edges, as photographs have.</summary>
    private static byte[] Photo(int width, int height)
    {
        using var image = PatternImages.Draw(width, height, (x, y, c) => (byte)(Math.Clamp(
            110 + 70 * Math.Sin(6.0 * x / width + c) + 40 * Math.Cos(9.0 * y / height - c) + (((4 * x / width) + (3 * y / height)) % 2 == 0 ? 30 : 0), 0, 255)));
        return ImageEncoder.Jpeg(image);
    }

    private static double MeanDifference(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        first.ToArray().Zip(second.ToArray(), (a, b) => Math.Abs(a - b)).Average();

    private static int LargestDifference(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        first.ToArray().Zip(second.ToArray(), (a, b) => Math.Abs(a - b)).Max();
}
