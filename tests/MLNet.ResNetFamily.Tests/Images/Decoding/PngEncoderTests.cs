namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class PngEncoderTests
{
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(31, 17)]
    [DataRow(400, 300)]
    public void WhatIsWrittenIsReadBack(int width, int height)
    {
        using var image = PatternImages.Pattern(width, height);
        using var file = new MemoryStream();

        PngEncoder.Write(image, file);

        using var read = PngFile.Decode(file.ToArray(), "image");
        Assert.AreEqual((width, height), (read.Width, read.Height));
        CollectionAssert.AreEqual(image.PixelSpan.ToArray(), read.PixelSpan.ToArray());
    }
}
