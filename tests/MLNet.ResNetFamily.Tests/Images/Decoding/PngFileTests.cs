namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class PngFileTests
{
    private const int Gray = 0, Rgb = 2, Palette = 3, GrayAlpha = 4, Rgba = 6;

    [TestMethod]
    [DataRow(Gray, 1)]
    [DataRow(Gray, 2)]
    [DataRow(Gray, 4)]
    [DataRow(Gray, 8)]
    [DataRow(Gray, 16)]
    [DataRow(GrayAlpha, 8)]
    [DataRow(GrayAlpha, 16)]
    [DataRow(Rgb, 8)]
    [DataRow(Rgb, 16)]
    [DataRow(Rgba, 8)]
    [DataRow(Rgba, 16)]
    public void EveryColorTypeAndDepthBecomesEightBitsOverBlack(int colorType, int bitDepth)
    {
        foreach (var (width, height) in new[] { (1, 1), (3, 2), (13, 11) })
        {
            foreach (var isInterlaced in new[] { false, true })
            {
                var largest = (1 << bitDepth) - 1;
                int Sample(int x, int y, int c) => (x * 7919 + y * 104729 + c * 1299709 + x * y * 31) & largest;
                var isGray = colorType is Gray or GrayAlpha;

                var image = Decode(new PngWriter(width, height, bitDepth, colorType) { IsInterlaced = isInterlaced }.Write(Sample));

                for (var i = 0; i < width * height * 3; i++)
                {
                    var (x, y) = (i / 3 % width, i / 3 / width);
                    var value = ToByte(Sample(x, y, isGray ? 0 : i % 3), bitDepth);
                    var alpha = colorType is GrayAlpha or Rgba ? ToByte(Sample(x, y, isGray ? 1 : 3), bitDepth) : 255;
                    Assert.AreEqual(
                        (byte)Math.Round(value * alpha / 255.0), image.Pixels[i],
                        $"{width} x {height}, interlaced {isInterlaced}, value {i}");
                }
            }
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(8)]
    public void PaletteEntriesAreLookedUp(int bitDepth)
    {
        var palette = new byte[3 << bitDepth];
        new Random(1).NextBytes(palette);
        int Sample(int x, int y, int c) => (x + y * 5) & ((1 << bitDepth) - 1);

        var image = Decode(new PngWriter(9, 7, bitDepth, Palette) { Palette = palette }.Write(Sample));

        for (var i = 0; i < 9 * 7 * 3; i++)
            Assert.AreEqual(palette[Sample(i / 3 % 9, i / 3 / 9, 0) * 3 + i % 3], image.Pixels[i]);
    }

    [TestMethod]
    public void ImageDataMayComeInManyChunks()
    {
        var image = Decode(new PngWriter(20, 20, 8, Rgb) { ChunkLength = 7 }.Write((x, y, c) => x * 12 + y + c));

        Assert.AreEqual(19 * 12 + 19 + 2, image.Pixels[20 * 20 * 3 - 1]);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    public void MissingRowsAreRefusedThoughEveryCheckSumIsRight(int missing)
    {
        var bytes = new PngWriter(20, 20, 8, Rgb) { MissingRows = missing }.Write((x, y, c) => x * 12 + y + c);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Decode(bytes));

        Assert.AreEqual(
            "'x.png': the PNG data is damaged: its image data ends before the last row. Copy or download the file again.", error.Message);
    }

    [TestMethod]
    public void MissingRowsOfEveryPassAreRefused() =>
        Refuse(new PngWriter(20, 20, 8, Rgb) { MissingRows = 1, IsInterlaced = true }.Write((x, y, c) => x * 12 + y + c));

    [TestMethod]
    public void AnUnknownFilterIsRefused()
    {
        var bytes = new PngWriter(4, 4, 8, Gray) { Filter = _ => 5 }.Write((_, _, _) => 0);

        Assert.StartsWith("'x.png': the PNG data cannot be decoded (", Refuse(bytes));
    }

    [TestMethod]
    public void APaletteMustBeThere() =>
        Assert.StartsWith("'x.png': the PNG data cannot be decoded (", Refuse(new PngWriter(4, 4, 8, Palette).Write((_, _, _) => 0)));

    [TestMethod]
    [DataRow(3, Rgb)]
    [DataRow(4, Rgb)]
    [DataRow(16, Palette)]
    [DataRow(8, 1)]
    [DataRow(8, 5)]
    public void DepthsThatTheFormatDoesNotKnowAreRefused(int bitDepth, int colorType)
    {
        var bytes = new PngWriter(4, 4, 8, Rgb).Write((_, _, _) => 0);
        var header = bytes[16..29];
        (header[8], header[9]) = ((byte)bitDepth, (byte)colorType);

        Assert.StartsWith(
            "'x.png': the PNG data cannot be decoded (its header is damaged)",
            Refuse([.. PngFile.Signature, .. PngWriter.Chunk("IHDR", header), .. bytes[33..]]));
    }

    [TestMethod]
    public void EveryCutIsRefused()
    {
        var bytes = new PngWriter(6, 6, 8, Rgb).Write((x, y, c) => x * 40 + y + c);

        for (var length = 8; length < bytes.Length; length++)
            Assert.Contains("'x.png': the PNG data ends after", Refuse(bytes[..length]));
    }

    [TestMethod]
    public void ManyPixelsInFewBytesAreRefusedBeforeTheyTakeMemory()
    {
        var bytes = new PngWriter(1, 1, 8, Rgb).Write((_, _, _) => 0);
        var header = bytes[16..29];
        (header[2], header[6]) = (0x20, 0x20);
        byte[] claims = [.. PngFile.Signature, .. PngWriter.Chunk("IHDR", header), .. bytes[33..]];
        var before = GC.GetTotalAllocatedBytes();

        var message = Refuse(claims);

        Assert.Contains("bytes of image data cannot hold 8193 x 8193 pixels", message);
        Assert.IsLessThan(10_000_000, GC.GetTotalAllocatedBytes() - before);
    }

    /// <summary>The upper 8 of 16 bits; fewer than 8 are spread to 0-255.</summary>
    private static int ToByte(int sample, int bitDepth) => bitDepth == 16 ? sample >> 8 : sample * 255 / ((1 << bitDepth) - 1);

    private static RgbImage Decode(byte[] bytes) => ImageDecoder.DecodeBytes(bytes, "x.png", 100_000_000);

    private static string Refuse(byte[] bytes) => Assert.ThrowsExactly<InvalidDataException>(() => Decode(bytes)).Message;
}
