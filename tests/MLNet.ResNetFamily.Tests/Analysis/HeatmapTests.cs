namespace MLNet.ResNetFamily.Tests.Analysis;

[TestClass]
public sealed class HeatmapTests
{
    [TestMethod]
    public void ValuesAreInterpolatedBetweenTheMiddlesOfTheNetworksCells()
    {
        var heatmap = new Heatmap(new float[] { 0, 1 }, 2, 1, 4, 1, new(0, 0, 4, 1));

        CollectionAssert.AreEqual(new[] { 0f, 0.25f, 0.75f, 1f }, heatmap.ToArray());
    }

    [TestMethod]
    public void WhatIsCroppedAwayIsCold()
    {
        var heatmap = new Heatmap(new float[] { 1 }, 1, 1, 6, 2, new(2, 0, 2, 2));

        CollectionAssert.AreEqual(new[] { 0f, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0 }, heatmap.ToArray());
    }

    [TestMethod]
    [DataRow(400, 200, 125, 25, 150)]       // 256 on the shorter side, of it the middle 192
    [DataRow(192, 192, 0, 0, 192)]          // of the network's size already
    public void SeenAreaIsWhatPreprocessingLeaves(int width, int height, double x, double y, double side)
    {
        var seen = new Preprocessor(new() { ImageSize = 192, ResizeSize = 256 }).Seen(width, height);

        Assert.AreEqual(new VisibleRegion(x, y, side, side), seen);
    }

    [TestMethod]
    public void PixelOutsideIsRefused()
    {
        var heatmap = new Heatmap(new float[] { 1 }, 1, 1, 6, 2, new(0, 0, 6, 2));

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => heatmap[6, 0]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => heatmap[0, -1]);
    }

    [TestMethod]
    public void ColorsGetLighterInEvenSteps()
    {
        var lightness = Enumerable.Range(0, 10).Select(i => Lightness(InfernoColormap.At(i / 9f))).ToArray();

        var steps = lightness.Zip(lightness.Skip(1), (darker, lighter) => lighter - darker).ToArray();
        Assert.IsGreaterThan(6, steps.Min());
        Assert.IsLessThan(15, steps.Max());
    }

    // L* of CIELAB.
    private static double Lightness((float Red, float Green, float Blue) color)
    {
        static double Linear(float value) => value / 255 <= 0.04045 ? value / 255 / 12.92 : Math.Pow((value / 255 + 0.055) / 1.055, 2.4);
        var luminance = 0.2126 * Linear(color.Red) + 0.7152 * Linear(color.Green) + 0.0722 * Linear(color.Blue);
        return luminance <= 216.0 / 24389 ? luminance * 24389 / 27 : 116 * Math.Cbrt(luminance) - 16;
    }
}
