using Microsoft.ML;

namespace MLNet.ResNetFamily.Tests.Estimators;

/// <summary>ML.NET's cache drops columns of images without a word; the message about the missing column has one.</summary>
[TestClass]
public sealed class DroppedColumnTests
{
    private readonly MLContext _mlContext = new();

    [TestMethod]
    public void TheMessageSaysThatTheColumnStoodFurtherUp()
    {
        var cached = _mlContext.Data.Cache(_mlContext.Data.LoadFromEnumerable(TestImages.Images(6)));
        var filtered = _mlContext.Data.SkipRows(cached, 1);
        using var model = TinyClassifier.Trained(_mlContext);

        var training = Assert.ThrowsExactly<ArgumentException>(
            () => _mlContext.Transforms.ImageClassifier(TinyClassifier.Options).Fit(filtered));
        var scoring = Assert.ThrowsExactly<ArgumentException>(() => model.Transform(filtered));

        foreach (var error in new[] { training, scoring })
            StringAssert.Contains(
                error.Message, "They had the column 'Image' further up: Data.Cache and AppendCacheCheckpoint drop columns of images");
    }

    [TestMethod]
    public void WhereItNeverStoodNothingIsSaid()
    {
        var data = _mlContext.Data.Cache(_mlContext.Data.LoadFromEnumerable(new[] { new { Photo = "a.png", Label = "a" } }));

        var error = Assert.ThrowsExactly<ArgumentException>(() => _mlContext.Transforms.ImageClassifier(TinyClassifier.Options).Fit(data));

        Assert.DoesNotContain("further up", error.Message);
    }

    [TestMethod]
    public void AChainThatIsCheckedBeforeTheDataAreSeenNamesTheCache()
    {
        var chain = _mlContext.Transforms.CopyColumns("Copy", "Label").AppendCacheCheckpoint(_mlContext)
            .Append(_mlContext.Transforms.ImageClassifier(TinyClassifier.Options));

        var error = Assert.ThrowsExactly<ArgumentException>(() => chain.Fit(_mlContext.Data.LoadFromEnumerable(TestImages.Images(6))));

        StringAssert.Contains(error.Message, "Data.Cache and AppendCacheCheckpoint drop columns of images");
    }
}
