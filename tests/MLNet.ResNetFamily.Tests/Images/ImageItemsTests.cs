using Microsoft.ML;

namespace MLNet.ResNetFamily.Tests.Images;

[TestClass]
public sealed class ImageItemsTests
{
    [TestMethod]
    public void EveryPathComesBackAsItWas()
    {
        string[] paths =
        [
            "a.jpg", "/", "folder/", "/data/rose/1.jpg", "/data/rose/ä ö 日本.png", "C:\\photos\\x.png", "x/" + new string('n', 200),
            "odd/\ud83d.jpg", "emoji/\ud83c\udf39.jpg", "x/\ufffd.jpg",
        ];
        var items = new ImageItems();

        foreach (var path in paths)
            items.Add(new ImageFile(path));

        CollectionAssert.AreEqual(paths, items.Select(item => item.Origin).ToArray());
        Assert.HasCount(paths.Length, items);
    }

    [TestMethod]
    public void OtherItemsKeepTheirPlacesBetweenFiles()
    {
        ImageItem[] expected =
        [
            new ImageFile("a/1.jpg"), new EncodedImage([1], "row 1"), new ImageFile("b/2.jpg"),
            new UnreadableImage("row 3", "It is empty."),
        ];
        var items = new ImageItems();

        foreach (var item in expected)
            items.Add(item);

        CollectionAssert.AreEqual(expected, items.ToArray());
    }

    // The figure holds for any number of rows; a million take ten seconds.
    [TestMethod]
    public void RowsOfPathsAreReadInTwentyBytesEachBesidesTheNames()
    {
        const int Count = 200_000;
        var mlContext = new MLContext(seed: 1);
        var data = TinyClassifier.WithKey(mlContext, mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, Count).Select(i =>
            new TestImages.PathRow
            {
                Number = i,
                Image = $"/data/photographs/train/{TestImages.LabelOf(i)}/{i:000000}.jpg",
                Label = TestImages.LabelOf(i),
            })));
        var labelColumn = data.Schema["Label"];
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var images = TrainingRows.ReadTraining(
            data, ImageColumn.Find(data.Schema, "Image"), labelColumn, ClassLabels.Of(labelColumn), new(), _ => { },
            CancellationToken.None);

        var bytesPerRow = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        // The file name has 10 bytes. Lists grow by doubling, so that up to half of them may be empty.
        Assert.IsLessThan(10 + 2 * 20, bytesPerRow);
        Assert.AreEqual($"/data/photographs/train/blue/{Count - 1:000000}.jpg", images.Items[Count - 1].Origin);
    }
}
