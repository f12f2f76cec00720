using System.Text.RegularExpressions;
using Microsoft.ML;

namespace MLNet.ResNetFamily.Tests.Reports;

[TestClass]
public sealed partial class ReportTests
{
    private static readonly string[] HostileNames = ["<script>", "a&b\"'>", "blue"];

    private static readonly string[] AllSections =
        ["training", "confusion", "classes", "calibration", "mistakes", "hits", "augmentation", "balance", "skipped", "card"];

    [TestMethod]
    public void NamesThatLookLikeMarkupStayText()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext();
        using var classifier = ImageClassifierTransformer.FromNetwork(
            mlContext, new(TinyClassifier.Backbone, 3), HostileNames, TinyClassifier.Backbone.Preprocessing);
        var rows = TestImages.Planes(Enumerable.Range(0, 9));
        rows.ForEach(row => row.Label = HostileNames[row.Number % 3]);

        var path = classifier.WriteReport(
            mlContext.Data.LoadFromEnumerable(rows), folder.Path, new() { Title = "<img src=x onerror=alert(1)>" });

        var page = File.ReadAllText(path);
        Assert.AreEqual(1, Regex.Count(page, "<script"), "the page's own script is the only one");
        Assert.AreEqual(1, Regex.Count(page, "<h1>&lt;img src=x onerror=alert\\(1\\)&gt;</h1>"));
        StringAssert.Contains(page, "&lt;script&gt;");
        StringAssert.Contains(page, "a&amp;b&quot;&#39;&gt;");
        Assert.IsFalse(page.Contains("<img src=x", StringComparison.Ordinal));
    }

    [TestMethod]
    public void PageLoadsNothingFromElsewhereAndIsSmall()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext();
        using var classifier = TinyClassifier.Trained(mlContext);

        var path = classifier.WriteReport(mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 30))), folder.Path);

        var page = File.ReadAllText(path);
        foreach (Match source in Sources().Matches(page))
            StringAssert.StartsWith(source.Groups[1].Value, "data:");
        Assert.IsFalse(page.Contains("@import", StringComparison.Ordinal) || page.Contains("url(", StringComparison.Ordinal));
        Assert.IsLessThan(5_000_000, new FileInfo(path).Length);
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public void TrainedModelTellsEverything()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext();
        var options = TinyClassifier.Options with { ValidationSet = TinyClassifier.Planes(mlContext, 9) };
        using var classifier = TinyClassifier.Train(mlContext, options with { Epochs = 2 });
        var broken = TestImages.Planes(Enumerable.Range(0, 30));
        broken[7].Image[5] = float.NaN;

        var path = classifier.WriteReport(
            TinyClassifier.WithKey(mlContext, mlContext.Data.LoadFromEnumerable(broken)), folder.Path,
            new() { Options = options, TrainingData = TinyClassifier.Planes(mlContext, 24), DataName = "tiny images" });

        var page = File.ReadAllText(path);
        var sections = Sections().Matches(page).Select(section => section.Groups[1].Value).ToArray();
        // A model that makes no mistakes has none to show.
        CollectionAssert.IsSubsetOf(AllSections.Except(["mistakes", "hits"]).ToArray(), sections);
        Assert.IsTrue(sections.Contains("mistakes") || sections.Contains("hits"));
        string[] texts =
            ["29 images of 3 classes from tiny images", "row 7", "24 images", "loss (nats)", "ResNet", "Learning rate", "validation"];
        foreach (var expected in texts)
            StringAssert.Contains(page, expected);
    }

    [TestMethod]
    public void ScoringOptionsAreAsBeforeWhenTheReportIsWritten()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext();
        using var classifier = TinyClassifier.Trained(mlContext);
        var before = classifier.Scoring;

        classifier.WriteReport(mlContext.Data.LoadFromEnumerable(TestImages.Planes(Enumerable.Range(0, 6))), folder.Path);

        Assert.AreEqual(before, classifier.Scoring);
    }

    [TestMethod]
    public void UnknownLabelIsRefusedWithItsRow()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext();
        using var classifier = TinyClassifier.Trained(mlContext);
        var rows = TestImages.Planes(Enumerable.Range(0, 6));
        rows[4].Label = "green";

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => classifier.WriteReport(mlContext.Data.LoadFromEnumerable(rows), folder.Path));

        StringAssert.Contains(
            error.Message, "Row 4 has the label 'green' in column 'Label', but the model knows only 'amber', 'blue', 'crimson'.");
    }

    [TestMethod]
    public void TooManyImagesAreRefused()
    {
        using var classifier = TinyClassifier.Trained();

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => classifier.WriteReport(
                new MLContext().Data.LoadFromEnumerable(TestImages.Planes([0])), "nowhere", new() { ImageCount = 41 }));

        StringAssert.Contains(error.Message, "'ImageCount' is 41, but it must be from 0 to 40");
    }

    [GeneratedRegex("""(?:src|<link[^>]*href)="([^"]*)""")]
    private static partial Regex Sources();

    [GeneratedRegex("""<section id="([^"]*)""")]
    private static partial Regex Sections();
}
