namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public class PixelNormalizerTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(11)]   // the first of 24 values at a time, with 9 left over
    [DataRow(300)]
    public void EveryByteBecomesWhatTheFormulaSays(int pixelCount)
    {
        var preprocessing = new Preprocessing();
        var pixels = Enumerable.Range(0, pixelCount * 3).Select(i => (byte)(i * 7)).ToArray();

        var values = new float[pixels.Length];
        new PixelNormalizer(preprocessing).Write(pixels, values);

        for (var i = 0; i < values.Length; i++)
            Assert.AreEqual((pixels[i] / 255f - preprocessing.Mean[i % 3]) / preprocessing.Std[i % 3], values[i], $"value {i}");
    }
}
