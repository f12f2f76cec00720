using System.Text.RegularExpressions;
using Microsoft.ML;

namespace MLNet.ResNetFamily.Tests.Reports;

[TestClass]
public sealed partial class MultiLabelReportTests
{
    [TestMethod]
    public void ItTellsOfEveryLabelWithItsHeatmap()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext();
        var training = MultiLabelImages.Texts(mlContext, 32);
        using var model = mlContext.Transforms.MultiLabelImageClassifier(MultiLabelImages.Options with
        {
            Epochs = 2, ValidationSet = MultiLabelImages.Texts(mlContext, 16, first: 400),
        }).Fit(training);
        // So that labels are missed, and given wrongly.
        model.Thresholds = [1, 0, 0.5f];

        var path = model.WriteReport(
            MultiLabelImages.Texts(mlContext, 16, first: 800), folder.Path,
            new() { Options = MultiLabelImages.Options, TrainingData = training, DataName = "tiny images", ImageCount = 40 });

        var page = File.ReadAllText(path);
        CollectionAssert.IsSubsetOf(
            new[] { "training", "classes", "seen", "mistakes", "missed", "skipped", "card" },
            Sections().Matches(page).Select(section => section.Groups[1].Value).ToArray());
        string[] texts =
        [
            "16 images with any of 3 labels from tiny images", "Mean average precision", "validation mAP", "32 images",
            "given from 100 % on", "shows none of the labels", .. TestImages.ClassNames.Select(name => $"Heatmap for {name}"),
        ];
        foreach (var expected in texts)
            StringAssert.Contains(page, expected);
        var metrics = model.EvaluateMultiLabel(MultiLabelImages.Texts(mlContext, 16, first: 800));
        StringAssert.Contains(page, FormattableString.Invariant($"<strong>{metrics.MicroF1:F3}</strong>"));
        StringAssert.Contains(page, FormattableString.Invariant($"data-value=\"{metrics.PerClass[2].AveragePrecision:R}\""));
        // Half of the images do not show blue, and all get it.
        Assert.IsGreaterThanOrEqualTo(8, Regex.Count(page.Split("id=\"mistakes\"")[1].Split("</section>")[0], "<figure>"));
    }

    [TestMethod]
    public void NamesThatLookLikeMarkupStayText()
    {
        using var folder = new TemporaryFolder();
        var mlContext = new MLContext();
        string[] names = ["<script>", "b"];
        var rows = Enumerable.Range(0, 4).Select(
            image => new MultiLabelImages.Row { Image = TestImages.Planes(image), Label = names[..(image % 3)] });
        using var model = mlContext.Transforms.MultiLabelImageClassifier(MultiLabelImages.Options with { Epochs = 1 })
            .Fit(mlContext.Data.LoadFromEnumerable(rows));

        var page = File.ReadAllText(model.WriteReport(mlContext.Data.LoadFromEnumerable(rows), folder.Path));

        Assert.AreEqual(1, Regex.Count(page, "<script"), "the page's own script is the only one");
        StringAssert.Contains(page, "&lt;script&gt;");
    }

    [GeneratedRegex("""<section id="([^"]*)""")]
    private static partial Regex Sections();
}
