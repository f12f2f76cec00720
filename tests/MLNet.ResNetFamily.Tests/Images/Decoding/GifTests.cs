namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class GifTests
{
    [TestMethod]
    public void OfAnAnimationTheFirstFrameIsTaken()
    {
        using var first = Draw(10);
        using var second = Draw(200);

        using var image = Decode(FileWriters.Gif([first, second]));

        CollectionAssert.AreEqual(first.PixelSpan.ToArray(), image.PixelSpan.ToArray());
    }

    [TestMethod]
    public void WhatIsTransparentIsBlack()
    {
        using var drawn = Draw(10);

        using var image = Decode(FileWriters.Gif([drawn], transparent: new(12, 12, 12)));

        CollectionAssert.AreEqual(new byte[] { 10, 10, 10, 11, 11, 11, 0, 0, 0, 13, 13, 13 }, image.PixelSpan[..12].ToArray());
    }

    [TestMethod]
    public void AFileWithoutAnImageIsRefused()
    {
        byte[] file = [.. "GIF89a"u8, 4, 0, 3, 0, 0, 0, 0, 0x3B];

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Decode(file));

        Assert.AreEqual("'x': the GIF data is damaged: it holds no image. Copy or download the file again.", error.Message);
    }

    [TestMethod]
    public void ALargerScreenThanAllowedIsRefused()
    {
        using var drawn = Draw(10);
        var file = FileWriters.Gif([drawn]);
        file.AsSpan(6, 4).Fill(0xFF);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Decode(file));

        Assert.Contains("65535 x 65535 = 4,294,836,225 pixels, but at most 1,000 are decoded", error.Message);
    }

    private static RgbImage Draw(int first) => PatternImages.Draw(4, 3, (x, y, _) => (byte)(first + y * 4 + x));

    private static RgbImage Decode(byte[] file) => ImageDecoder.DecodeBytes(file, "x", 1000);
}
