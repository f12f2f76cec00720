namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class BmpTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void RowsComeFromTheBottomOrFromTheTop(bool isTopDown)
    {
        using var expected = PatternImages.Pattern(5, 3);

        using var image = ImageDecoder.DecodeBytes(FileWriters.Bmp(expected, isTopDown), "x", 1000);

        CollectionAssert.AreEqual(expected.PixelSpan.ToArray(), image.PixelSpan.ToArray());
    }

    [TestMethod]
    [DataRow(14, 13, "the BMP data is damaged: its header has 13 bytes instead of 12, 40, or more")]
    [DataRow(18, 0, "the image is 0 x 3 pixels")]
    [DataRow(18, -5, "the image is -5 x 3 pixels")]
    [DataRow(18, 400_000_000, "400000000 x 3 = 1,200,000,000 pixels, but at most 1,000 are decoded")]
    [DataRow(22, int.MinValue, "the BMP data is damaged: it claims 5 x -2147483648 pixels")]
    [DataRow(22, 4, "16 bytes more should follow: the file was cut off")]
    [DataRow(10, 55, "1 bytes more should follow: the file was cut off")]
    [DataRow(30, 4, "its image data ends before the last row")]
    public void FalseClaimsAreRefused(int offset, int value, string reason)
    {
        using var drawn = PatternImages.Pattern(5, 3);
        var file = FileWriters.Bmp(drawn);
        BitConverter.TryWriteBytes(file.AsSpan(offset), value);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => ImageDecoder.DecodeBytes(file, "x", 1000));

        Assert.StartsWith("'x': ", error.Message);
        Assert.Contains(reason, error.Message);
    }
}
