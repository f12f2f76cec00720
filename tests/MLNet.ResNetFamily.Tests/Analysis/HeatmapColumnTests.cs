using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests.Analysis;

[TestClass]
public sealed class HeatmapColumnTests
{
    private const string ColumnName = "Heatmap";

    [TestMethod]
    public void ColumnIsThereOnRequestAlone()
    {
        using var classifier = TinyClassifier.Trained();
        var data = new MLContext().Data.LoadFromEnumerable(TestImages.Planes([0]));

        Assert.IsNull(classifier.Transform(data).Schema.GetColumnOrNull(ColumnName));
        classifier.Scoring = classifier.Scoring with { Heatmap = true };
        Assert.AreEqual(
            new VectorDataViewType(NumberDataViewType.Single, TestImages.Size, TestImages.Size),
            classifier.Transform(data).Schema[ColumnName].Type);
    }

    [TestMethod]
    public void ColumnShowsWhatExplainShowsAndLeavesTheScoresAsTheyAre()
    {
        var mlContext = new MLContext();
        using var classifier = TinyClassifier.Trained(mlContext);
        var data = mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 5)));
        var scores = classifier.Transform(data).GetColumn<float[]>("Score").ToArray();

        classifier.Scoring = classifier.Scoring with { Heatmap = true, BatchSize = 3, TopK = 2 };
        var scored = classifier.Transform(data);

        foreach (var (heat, number) in scored.GetColumn<float[]>(ColumnName).Select((heat, number) => (heat, number)))
        {
            using var image = TestImages.Image(number);
            var expected = classifier.Explain(image).Heatmap.ToArray();
            for (var i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], heat[i], 1e-4f, $"image {number}, pixel {i}");
        }
        foreach (var (found, wanted) in scored.GetColumn<float[]>("Score").Zip(scores))
            CollectionAssert.AreEqual(wanted, found);
        Assert.HasCount(2, scored.GetColumn<float[]>("TopProbabilities").First());
    }

    [TestMethod]
    public void ImageThatCannotBeReadHasNoHeat()
    {
        using var classifier = TinyClassifier.Trained();
        classifier.Scoring = classifier.Scoring with { Heatmap = true, OnBadImage = OnBadImage.Skip };
        var rows = TestImages.Planes([0, 1]);
        rows[0].Image[0] = float.NaN;

        var heat = classifier.Transform(new MLContext().Data.LoadFromEnumerable(rows)).GetColumn<float[]>(ColumnName).ToArray();

        Assert.IsTrue(heat[0].All(float.IsNaN));
        Assert.IsFalse(heat[1].Any(float.IsNaN));
    }

    [TestMethod]
    public void RequestIsSavedWithTheModel()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext();
        using (var classifier = TinyClassifier.Trained(mlContext))
        {
            classifier.Scoring = classifier.Scoring with { Heatmap = true };
            mlContext.Model.Save(classifier, TinyClassifier.Planes(mlContext, 1).Schema, folder.File("model.zip"));
        }

        var again = mlContext.Model.Load(folder.File("model.zip"), out _);
        using var disposable = (IDisposable)again;

        Assert.IsNotNull(again.Transform(TinyClassifier.Planes(mlContext, 1)).Schema.GetColumnOrNull(ColumnName));
    }

    [TestMethod]
    public void EstimatorPromisesTheColumnToTheStepsAfterIt()
    {
        var mlContext = new MLContext();
        var data = TinyClassifier.Planes(mlContext, 12);
        var options = TinyClassifier.Options with { Epochs = 1, Scoring = new() { Heatmap = true, Threads = 1 } };

        using var model =
            mlContext.Transforms.ImageClassifier(options).Append(mlContext.Transforms.CopyColumns("Why", ColumnName)).Fit(data);

        Assert.HasCount(TestImages.Size * TestImages.Size, model.Transform(data).GetColumn<float[]>("Why").First());
    }

    [TestMethod]
    public void SeveralViewsOfAnImageHaveNoOneHeatmap()
    {
        using var classifier = TinyClassifier.Trained();

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => classifier.Scoring = classifier.Scoring with { Heatmap = true, TestTimeAugmentation = TestTimeAugmentation.Flip });

        StringAssert.Contains(error.Message, "'Heatmap' is True, but it must be false where TestTimeAugmentation");
    }
}
