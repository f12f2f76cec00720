namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class ImageEncoderTests
{
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(31, 17)]
    [DataRow(400, 300)]
    public void WhatIsWrittenAsPngIsReadBack(int width, int height)
    {
        using var image = PatternImages.Pattern(width, height);

        var file = ImageEncoder.Png(image);

        using var read = ImageDecoder.DecodeBytes(file, "image", 1_000_000);
        Assert.AreEqual((width, height), (read.Width, read.Height));
        CollectionAssert.AreEqual(image.PixelSpan.ToArray(), read.PixelSpan.ToArray());
    }

    [TestMethod]
    public void AJpegIsNearlyTheImage()
    {
        using var image = PatternImages.Draw(40, 24, (x, y, c) => (byte)(60 + x * 2 + y * 3 + c * 20));

        var file = ImageEncoder.Jpeg(image);

        CollectionAssert.AreEqual(new byte[] { 0xFF, 0xD8, 0xFF }, file[..3]);
        using var read = ImageDecoder.DecodeBytes(file, "image", 1_000_000);
        for (var i = 0; i < image.PixelSpan.Length; i++)
            Assert.AreEqual(image.Pixels[i], read.Pixels[i], 12, $"value {i}");
    }
}
