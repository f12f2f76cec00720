using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.ResNetFamily.Tests.Cli;

namespace MLNet.ResNetFamily.Tests.Analysis;

[TestClass]
public sealed class ExplanationTests
{
    [TestMethod]
    public void ExplainsTheMostProbableClassWithTheProbabilityThatScoringGives()
    {
        var mlContext = new MLContext();
        using var classifier = TinyClassifier.Trained(mlContext);
        var scores = classifier.Transform(mlContext.Data.LoadFromEnumerable(TestImages.Images(1))).GetColumn<float[]>("Score").Single();

        using var image = TestImages.Image(0);
        var explanation = classifier.Explain(image);

        Assert.AreEqual(classifier.ClassNames[Array.IndexOf(scores, scores.Max())], explanation.Label);
        Assert.AreEqual(scores.Max(), explanation.Probability, 1e-5f);
        Assert.AreEqual((TestImages.Size, TestImages.Size), (explanation.Heatmap.Width, explanation.Heatmap.Height));
        var heat = explanation.Heatmap.ToArray();
        Assert.IsTrue(heat.All(value => value is >= 0 and <= 1));
        Assert.IsGreaterThan(0.5f, heat.Max());
    }

    [TestMethod]
    public void FileBytesAndImageAreExplainedAlike()
    {
        using var folder = new TemporaryFolder();
        using var classifier = TinyClassifier.Trained();
        using var image = TestImages.Image(1, size: 40);
        image.Save(folder.File("image.png"));

        var ofImage = classifier.Explain(image);
        var ofFile = classifier.Explain(folder.File("image.png"));
        var ofBytes = classifier.Explain(File.ReadAllBytes(folder.File("image.png")));

        Assert.AreEqual(40, ofFile.Heatmap.Width);
        CollectionAssert.AreEqual(ofImage.Heatmap.ToArray(), ofFile.Heatmap.ToArray());
        CollectionAssert.AreEqual(ofImage.Heatmap.ToArray(), ofBytes.Heatmap.ToArray());
    }

    [TestMethod]
    public void AnotherClassIsExplainedOnRequest()
    {
        using var classifier = TinyClassifier.Trained();
        using var image = TestImages.Image(0);

        var explanations = classifier.ClassNames.Select(name => classifier.Explain(image, name)).ToList();

        CollectionAssert.AreEqual(classifier.ClassNames.ToArray(), explanations.Select(e => e.Label).ToArray());
        Assert.AreEqual(1, explanations.Sum(e => e.Probability), 1e-5);
        CollectionAssert.AreNotEqual(explanations[0].Heatmap.ToArray(), explanations[1].Heatmap.ToArray());
    }

    [TestMethod]
    public void UnknownClassIsRefusedWithTheKnownOnes()
    {
        using var classifier = TinyClassifier.Trained();
        using var image = TestImages.Image(0);

        var error = Assert.ThrowsExactly<ArgumentException>(() => classifier.Explain(image, "green"));

        StringAssert.Contains(error.Message, "The model knows no class 'green', only 'amber', 'blue', 'crimson'.");
    }

    [TestMethod]
    public void FileThatIsNoImageIsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        using var classifier = TinyClassifier.Trained();
        File.WriteAllText(folder.File("notes.jpg"), "no image");

        var error = Assert.ThrowsExactly<InvalidDataException>(() => classifier.Explain(folder.File("notes.jpg")));

        StringAssert.Contains(error.Message, "notes.jpg");
    }

    [TestMethod]
    public void OverlayHasTheImagesSize()
    {
        using var folder = new TemporaryFolder();
        using var classifier = TinyClassifier.Trained();
        using var image = TestImages.Image(2, size: 30);

        classifier.Explain(image).SaveOverlay(folder.File("overlay.png"));

        using var overlay = new ImageFile(folder.File("overlay.png")).Decode(1000);
        Assert.AreEqual((30, 30), (overlay.Width, overlay.Height));
        Assert.IsGreaterThan(1, overlay.PixelSpan.ToArray().Distinct().Count());
    }

    [TestMethod]
    public void ManyThreadsExplainAndScoreAtOnce()
    {
        using var classifier = TinyClassifier.Trained();
        var mlContext = new MLContext();
        var data = mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 6)));
        using var image = TestImages.Image(0);
        var expected = classifier.Explain(image).Heatmap.ToArray();
        var scores = classifier.Transform(data).GetColumn<float[]>("Score").ToArray();

        Parallel.For(0, 40, new() { MaxDegreeOfParallelism = 4 }, i =>
        {
            if (i % 2 == 0)
            {
                using var own = TestImages.Image(0);
                CollectionAssert.AreEqual(expected, classifier.Explain(own).Heatmap.ToArray());
            }
            else
            {
                foreach (var (found, wanted) in classifier.Transform(data).GetColumn<float[]>("Score").Zip(scores))
                    CollectionAssert.AreEqual(wanted, found);
            }
        });
    }

    [TestMethod]
    public void ModelThatIsDisposedOfSaysSo()
    {
        var classifier = TinyClassifier.Trained();
        classifier.Dispose();
        using var image = TestImages.Image(0);

        Assert.ThrowsExactly<ObjectDisposedException>(() => classifier.Explain(image));
    }

    [TestMethod]
    public async Task CommandWritesTheOverlayAndSaysWhatItShows()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext();
        using (var classifier = TinyClassifier.Trained(mlContext))
            mlContext.Model.Save(classifier, TinyClassifier.Planes(mlContext, 1).Schema, folder.File("tiny.zip"));
        using (var image = TestImages.Image(1))
            image.Save(folder.File("image.png"));

        var lines = await CommandLine.JsonAsync(
            new Dictionary<string, string>(), "explain", folder.File("tiny.zip"), folder.File("image.png"), "--out",
            folder.File("overlay.png"), "--label", "crimson");

        var line = lines.Single();
        Assert.AreEqual(folder.File("image.png"), line.GetProperty("path").GetString());
        Assert.AreEqual("crimson", line.GetProperty("label").GetString());
        Assert.AreEqual(JsonValueKind.Number, line.GetProperty("probability").ValueKind);
        Assert.AreEqual(folder.File("overlay.png"), line.GetProperty("out").GetString());
        Assert.IsTrue(File.Exists(folder.File("overlay.png")));
    }
}
