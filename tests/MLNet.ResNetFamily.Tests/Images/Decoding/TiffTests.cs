using System.Diagnostics;
using BitMiracle.LibTiff.Classic;

namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class TiffTests
{
    private const long MaxPixels = 1_000_000;

    [TestMethod]
    [DataRow(Compression.NONE, false)]
    [DataRow(Compression.NONE, true)]
    [DataRow(Compression.LZW, false)]
    [DataRow(Compression.LZW, true)]
    [DataRow(Compression.ADOBE_DEFLATE, false)]
    [DataRow(Compression.ADOBE_DEFLATE, true)]
    [DataRow(Compression.PACKBITS, false)]
    public void EveryLosslessCompressionGivesThePixelsBack(Compression compression, bool isTiled)
    {
        using var expected = PatternImages.Pattern(40, 24);

        using var image = Decode(Rgb(expected, compression, isTiled));

        CollectionAssert.AreEqual(expected.PixelSpan.ToArray(), image.PixelSpan.ToArray());
    }

    [TestMethod]
    [DataRow(Compression.NONE, false)]
    [DataRow(Compression.LZW, false)]
    [DataRow(Compression.LZW, true)]
    [DataRow(Compression.ADOBE_DEFLATE, false)]
    [DataRow(Compression.ADOBE_DEFLATE, true)]
    [DataRow(Compression.PACKBITS, false)]
    [DataRow(Compression.JPEG, false)]
    public void DamageAndCutsAreRefusedOrDecodedButNeverCrash(Compression compression, bool isTiled)
    {
        using var pattern = PatternImages.Pattern(40, 32);
        var file = Rgb(pattern, compression, isTiled);
        var random = new Random(1);
        var clock = Stopwatch.StartNew();

        for (var round = 0; round < 300; round++)
        {
            var damaged = file[..(round % 3 == 0 ? random.Next(file.Length) : file.Length)];
            // The directory is at the end, and damage there is worse.
            for (var i = 0; i < round % 8 && damaged.Length > 0; i++)
            {
                var place = random.Next(damaged.Length);
                damaged[i % 2 == 0 ? place : damaged.Length - 1 - place / 8] = (byte)random.Next(256);
            }
            try
            {
                ImageDecoder.DecodeBytes(damaged, "damaged", MaxPixels).Dispose();
            }
            catch (InvalidDataException error)
            {
                Assert.StartsWith("'damaged': ", error.Message);
            }
        }

        Assert.IsLessThan(60, clock.Elapsed.TotalSeconds);
    }

    [TestMethod]
    [DataRow(1, "abcdef", 3)]
    [DataRow(2, "cbafed", 3)]
    [DataRow(3, "fedcba", 3)]
    [DataRow(4, "defabc", 3)]
    [DataRow(5, "adbecf", 2)]
    [DataRow(6, "daebfc", 2)]
    [DataRow(7, "fcebda", 2)]
    [DataRow(8, "cfbead", 2)]
    [DataRow(9, "abcdef", 3)]
    public void TheOrientationIsFollowed(int orientation, string expected, int width)
    {
        using var stored = PatternImages.Draw(3, 2, (x, y, _) => (byte)("abcdef"[y * 3 + x]));

        using var image = Decode(FileWriters.Tiff(stored, (274, orientation)));

        Assert.AreEqual(width, image.Width);
        Assert.AreEqual(expected, new string([.. image.PixelSpan.ToArray().Where((_, i) => i % 3 == 1).Select(value => (char)value)]));
    }

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(true, true)]
    public void OfSixteenBitsTheUpperEightAreTaken(bool isTiled, bool isInverted)
    {
        var samples = new byte[40 * 24 * 2];
        new Random(1).NextBytes(samples);
        var photometric = isInverted ? Photometric.MINISWHITE : Photometric.MINISBLACK;

        using var image = Decode(FileWriters.Tiff(samples, 40, 24, 1, 16, photometric, Compression.LZW, isTiled));

        for (var i = 0; i < image.PixelSpan.Length; i++)
            Assert.AreEqual(samples[i / 3 * 2 + 1] ^ (isInverted ? 255 : 0), image.Pixels[i], $"value {i}");
    }

    [TestMethod]
    public void ALongStripOfSixteenBitsTakesNoMinutes()
    {
        using var pattern = PatternImages.Draw(1, 1, (_, _, _) => 0);
        var file = FileWriters.Tiff(pattern, (256, 2000), (257, 2000), (258, 16), (262, 1), (277, 1), (278, 2000), (279, 8_000_000));
        file = [.. file, .. new byte[8_000_000]];
        var clock = Stopwatch.StartNew();

        using var image = ImageDecoder.DecodeBytes(file, "x", 4_000_000);

        Assert.AreEqual(2000, image.Height);
        Assert.IsLessThan(5, clock.Elapsed.TotalSeconds);
    }

    [TestMethod]
    [DataRow(258, 64, "this TIFF image has 192 bits a pixel (3 samples), but 1 to 128 are decoded")]
    [DataRow(258, 0, "this TIFF image has 0 bits a pixel")]
    [DataRow(277, 60000, "bits a pixel (60000 samples)")]
    [DataRow(258, 32, "the TIFF data cannot be decoded")]
    [DataRow(259, 34712, "the TIFF data cannot be decoded")]
    [DataRow(256, 0, "the image is 0 x 2 pixels")]
    [DataRow(256, int.MaxValue, "2147483647 x 2 = 4,294,967,294 pixels, but at most 1,000,000 are decoded")]
    [DataRow(256, -1, "the TIFF data is damaged: it claims 4294967295 x 2 pixels")]
    [DataRow(278, 0, "its image data comes in parts of 3 x 0 pixels")]
    [DataRow(278, 1, "2 parts of its image data are needed, but fewer are listed")]
    [DataRow(279, 1000, "982 bytes more should follow: the file was cut off")]
    [DataRow(324, 8, "it has no entry 322 (TileWidth)")]
    public void FalseClaimsAreRefusedBeforeRoomIsMadeForThem(int tag, int value, string reason)
    {
        using var pattern = PatternImages.Pattern(3, 2);
        var file = FileWriters.Tiff(pattern, (tag, value));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Decode(file));

        Assert.StartsWith("'x': ", error.Message);
        Assert.Contains(reason, error.Message);
        Assert.IsLessThan(1_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void ATileThatIsMuchLargerThanTheImageIsRefused()
    {
        using var pattern = PatternImages.Pattern(3, 2);
        var file = FileWriters.Tiff(pattern, (322, 65536), (323, 65536), (324, 8), (325, 8));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Decode(file));

        Assert.Contains("its image data comes in parts of 65536 x 65536 pixels", error.Message);
    }

    [TestMethod]
    public void MessagesOfTheLibraryAreNotPrintedButInTheError()
    {
        using var pattern = PatternImages.Pattern(40, 24);
        var file = Rgb(pattern, Compression.ADOBE_DEFLATE, isTiled: false);
        file.AsSpan(12, 40).Fill(0xAB);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Decode(file));

        Assert.StartsWith("'x': the TIFF data cannot be decoded (", error.Message);
        Assert.DoesNotContain("no reason given", error.Message);
    }

    private static byte[] Rgb(RgbImage image, Compression compression, bool isTiled) =>
        FileWriters.Tiff(image.PixelSpan.ToArray(), image.Width, image.Height, 3, 8, Photometric.RGB, compression, isTiled);

    private static RgbImage Decode(byte[] file) => ImageDecoder.DecodeBytes(file, "x", MaxPixels);
}
