using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests;

[TestClass]
public sealed class TopClassesTests
{
    private readonly MLContext _mlContext = new();

    [TestMethod]
    public void TheBestClassesComeFirstWithTheirProbabilities()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        model.Scoring = model.Scoring with { TopK = 2 };

        var rows = Rows(model.Transform(TinyClassifier.Planes(_mlContext, 6)));

        foreach (var row in rows)
        {
            var best = row.Score.Select(
                (probability, index) => (probability, index)).OrderByDescending(item => item.probability).Take(2).ToArray();
            CollectionAssert.AreEqual(best.Select(item => item.probability).ToArray(), row.TopProbabilities);
            CollectionAssert.AreEqual(best.Select(item => model.ClassNames[item.index]).ToArray(), row.TopLabels);
            Assert.AreEqual(row.PredictedLabel, (uint)best[0].index + 1);
        }
    }

    [TestMethod]
    public void WithoutTheOptionThereAreNoSuchColumns()
    {
        using var model = TinyClassifier.Trained(_mlContext);

        var schema = model.GetOutputSchema(TinyClassifier.Planes(_mlContext, 2).Schema);

        Assert.IsNull(schema.GetColumnOrNull("TopLabels"));
        Assert.IsNull(schema.GetColumnOrNull("TopProbabilities"));
    }

    [TestMethod]
    public void OfFewerClassesAllAreGiven()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        model.Scoring = model.Scoring with { TopK = 9 };

        var row = Rows(model.Transform(TinyClassifier.Planes(_mlContext, 1)))[0];

        CollectionAssert.AreEquivalent(TestImages.ClassNames, row.TopLabels);
        Assert.AreEqual(1, row.TopProbabilities.Sum(), 1e-5);
    }

    [TestMethod]
    public void TheEstimatorPromisesTheColumnsAndTheSavedModelKeepsThem()
    {
        // A chain checks before it fits that each step finds its column among those that the steps before promise.
        var pipeline = _mlContext.Transforms.ImageClassifier(TinyClassifier.Options with { Epochs = 1, Scoring = new() { TopK = 2 } })
            .Append(_mlContext.Transforms.CopyColumns("Guesses", "TopLabels"))
            .Append(_mlContext.Transforms.CopyColumns("Certainties", "TopProbabilities"));
        var data = TinyClassifier.Planes(_mlContext, 12);
        using var trained = pipeline.Fit(data);
        using var file = new MemoryStream();
        _mlContext.Model.Save(trained, data.Schema, file);
        file.Position = 0;
        var loaded = new MLContext().Model.Load(file, out _);
        using var engine = _mlContext.Model.CreatePredictionEngine<TestImages.PlanesRow, TopRow>(loaded);

        var row = engine.Predict(TestImages.Planes([3])[0]);

        CollectionAssert.AreEqual(Rows(trained.Transform(TinyClassifier.Planes(_mlContext, 4)))[3].TopLabels, row.TopLabels);
    }

    [TestMethod]
    public void ASkippedImageHasNoBestClasses()
    {
        using var model = TinyClassifier.Trained(_mlContext);
        model.Scoring = model.Scoring with { TopK = 2, OnBadImage = OnBadImage.Skip };
        var data = _mlContext.Data.LoadFromEnumerable([new TestImages.PathRow { Image = "/no/such/image.png" }]);

        var row = Rows(model.Transform(data))[0];

        CollectionAssert.AreEqual(new[] { "", "" }, row.TopLabels);
        Assert.IsTrue(row.TopProbabilities.All(float.IsNaN));
    }

    private TopRow[] Rows(IDataView scored) => [.. _mlContext.Data.CreateEnumerable<TopRow>(scored, reuseRowObject: false)];

    private sealed class TopRow
    {
        public float[] Score { get; set; } = [];

        [KeyType(3)]
        public uint PredictedLabel { get; set; }

        public string[] TopLabels { get; set; } = [];

        public float[] TopProbabilities { get; set; } = [];
    }
}
