namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class TestTimeViewsTests
{
    private const int Size = 4;

    private static readonly Preprocessing Plain = new() { ImageSize = Size, ResizeSize = Size, Mean = [0, 0, 0], Std = [1, 1, 1] };

    [TestMethod]
    public void TheSecondViewIsTheMirrorImage()
    {
        using var image = Image(Size, Size);
        var views = new TestTimeViews(Plain, TestTimeAugmentation.Flip);
        var values = new float[views.Count * Size * Size * 3];

        views.Write(image, values);

        Assert.AreEqual(2, views.Count);
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
                CollectionAssert.AreEqual(Pixel(values, 0, x, y), Pixel(values, 1, Size - 1 - x, y));
        }
    }

    [TestMethod]
    public void FiveViewsAreTheCenterAndTheCorners()
    {
        using var image = Image(8, 6);
        var views = new TestTimeViews(Plain with { ResizeSize = 6 }, TestTimeAugmentation.FiveCrops);
        var values = new float[views.Count * Size * Size * 3];

        views.Write(image, values);

        (int Left, int Top)[] places = [(2, 1), (0, 0), (4, 0), (0, 2), (4, 2)];
        for (var view = 0; view < views.Count; view++)
        {
            var (left, top) = places[view];
            CollectionAssert.AreEqual(new[] { (left + 3) * 20 / 255f, (top + 2) * 30 / 255f, 7 / 255f }, Pixel(values, view, 3, 2));
        }
    }

    [TestMethod]
    [DataRow(TestTimeAugmentation.None)]
    [DataRow(TestTimeAugmentation.Flip)]
    [DataRow(TestTimeAugmentation.FiveCrops)]
    public void WhatIsNeededGivesTheSameViews(TestTimeAugmentation augmentation)
    {
        using var image = Image(11, 7);
        var views = new TestTimeViews(Plain with { ResizeSize = 5 }, augmentation);
        var (whole, needed) = (new float[views.Count * Size * Size * 3], new float[views.Count * Size * Size * 3]);

        views.Write(image, whole);
        using var kept = views.Needed(image);
        views.Write(kept, needed);

        CollectionAssert.AreEqual(whole, needed);
    }

    private static RgbImage Image(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (var i = 0; i < width * height; i++)
            ((byte[])[(byte)(i % width * 20), (byte)(i / width * 30), 7]).CopyTo(image.PixelSpan[(i * 3)..]);
        return image;
    }

    private static float[] Pixel(float[] values, int view, int x, int y) => values[((((view * Size) + y) * Size + x) * 3)..][..3];
}
