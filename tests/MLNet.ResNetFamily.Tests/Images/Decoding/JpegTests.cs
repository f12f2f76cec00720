using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class JpegTests
{
    private const string Origin = "image.jpg";

    public enum Decoder
    {
        SkiaSharp,
        TurboJpeg,
    }

    [TestMethod]
    [DataRow(Decoder.SkiaSharp)]
    [DataRow(Decoder.TurboJpeg)]
    public void TheWholeImageIsThatOfMLImage(Decoder decoder)
    {
        SkipWithout(decoder);
        var file = Photo(201, 151);
        using var stream = new MemoryStream(file);
        using var whole = MLImage.CreateFromStream(stream);
        using var expected = ImageDecoder.FromMLImage(whole);

        using var image = Decode(decoder, file, reduction: 1);

        Assert.AreEqual((201, 151, 1), (image.Width, image.Height, image.Reduction));
        CollectionAssert.AreEqual(expected.PixelSpan.ToArray(), image.PixelSpan.ToArray());
    }

    // So scores do not depend on what a machine has installed.
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(8)]
    public void BothDecodersGiveTheSamePixels(int reduction)
    {
        SkipWithout(Decoder.TurboJpeg);
        var file = Photo(403, 301);
        using var expected = Decode(Decoder.TurboJpeg, file, reduction);

        using var image = Decode(Decoder.SkiaSharp, file, reduction);

        Assert.AreEqual((expected.Width, expected.Height), (image.Width, image.Height));
        CollectionAssert.AreEqual(expected.PixelSpan.ToArray(), image.PixelSpan.ToArray());
    }

    [TestMethod]
    [DataRow(151, 1, 401, 301)]
    [DataRow(150, 2, 201, 151)]
    [DataRow(76, 2, 201, 151)]
    [DataRow(75, 4, 101, 76)]
    [DataRow(1, 8, 51, 38)]
    public void TheImageIsHalvedAsLongAsEnoughIsLeft(int shorterSide, int reduction, int width, int height)
    {
        using var image = ImageDecoder.DecodeBytes(Photo(401, 301), Origin, new DecodeOptions(100_000_000) { ShorterSide = shorterSide });

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
        using var whole = ImageDecoder.DecodeBytes(file, Origin, 100_000_000);
        using var reduced = ImageDecoder.DecodeBytes(
            file, Origin, new DecodeOptions(100_000_000) { ShorterSide = preprocessor.ShorterSide });
        using var expected = preprocessor.Crop(whole);

        using var seen = preprocessor.Crop(reduced);

        Assert.IsGreaterThan(1, reduced.Reduction);
        var (mean, largest) = (MeanDifference(expected.PixelSpan, seen.PixelSpan), LargestDifference(expected.PixelSpan, seen.PixelSpan));
        Assert.IsLessThan(0.6, mean, $"mean difference {mean:F3} levels");
        Assert.IsLessThanOrEqualTo(16, largest, $"largest difference {largest} levels");
    }

    [TestMethod]
    [DataRow(Decoder.SkiaSharp)]
    [DataRow(Decoder.TurboJpeg)]
    public void AHeaderThatSaysAnotherSizeIsDamage(Decoder decoder)
    {
        SkipWithout(decoder);
        var header = new ImageHeader(ImageFormat.Jpeg, 63, 48);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Decode(decoder, Photo(64, 48), header, reduction: 1));

        Assert.Contains($"'{Origin}': the JPEG data is damaged: its header says 63 x 48, its image is 64 x 48", error.Message);
    }

    [TestMethod]
    [DataRow(Decoder.SkiaSharp)]
    [DataRow(Decoder.TurboJpeg)]
    public void WhatTheDecoderRefusesIsRefused(Decoder decoder)
    {
        SkipWithout(decoder);
        var file = Photo(64, 48);

        // The tables of the Huffman code: none has as many codes.
        file.AsSpan(file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC4]) + 5, 16).Fill(0xEE);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Decode(decoder, file, reduction: 1));

        StringAssert.StartsWith(error.Message, $"'{Origin}': the JPEG data cannot be decoded (");
    }

    [TestMethod]
    [DataRow(500, true)]
    [DataRow(501, false)]
    public void MoreScansThanAnEncoderWritesAreRefused(int scans, bool isDecoded)
    {
        var file = Photo(16, 16);
        var scan = file.AsSpan(file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA])..^2).ToArray();
        byte[] repeated = [.. file[..^2], .. Enumerable.Repeat(scan, scans - 1).SelectMany(copy => copy), 0xFF, 0xD9];

        if (isDecoded)
            ImageHeader.Read(repeated, Origin, 100_000_000);
        else
        {
            Assert.Contains(
                "it has more than 500 scans",
                Assert.ThrowsExactly<InvalidDataException>(() => ImageHeader.Read(repeated, Origin, 100_000_000)).Message);
        }
    }

    private static RgbImage Decode(Decoder decoder, byte[] file, int reduction) =>
        Decode(decoder, file, ImageHeader.Read(file, Origin, 100_000_000), reduction);

    private static RgbImage Decode(Decoder decoder, byte[] file, ImageHeader header, int reduction) =>
        decoder == Decoder.SkiaSharp
            ? SkiaDecoder.Decode(file, header, reduction, Origin)
            : TurboJpeg.TryDecode(file, header, reduction, Origin)!;

    private static void SkipWithout(Decoder decoder)
    {
        if (decoder == Decoder.TurboJpeg && !TurboJpeg.IsPresent)
            Assert.Inconclusive("Needs libjpeg-turbo's TurboJPEG library (Debian: libturbojpeg0).");
    }

    /// <summary>Smooth light and shade with edges, as photographs have.</summary>
    private static byte[] Photo(int width, int height)
    {
        using var image = PatternImages.Draw(width, height, (x, y, c) => (byte)(Math.Clamp(
            110 + 70 * Math.Sin(6.0 * x / width + c) + 40 * Math.Cos(9.0 * y / height - c) +
            (((4 * x / width) + (3 * y / height)) % 2 == 0 ? 30 : 0), 0, 255)));
        return ImageEncoder.Jpeg(image);
    }

    private static double MeanDifference(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        first.ToArray().Zip(second.ToArray(), (a, b) => Math.Abs(a - b)).Average();

    private static int LargestDifference(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        first.ToArray().Zip(second.ToArray(), (a, b) => Math.Abs(a - b)).Max();
}
