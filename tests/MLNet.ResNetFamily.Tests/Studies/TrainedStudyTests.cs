namespace MLNet.ResNetFamily.Tests.Studies;

[TestClass]
public class TrainedStudyTests
{
    [TestMethod]
    public void EveryOrderIsTrainedAndSetBesideThePaper()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        TestImages.Files(data, 12);

        var report = new ActivationStudy(data, data) { ImageCount = 12, Epochs = 1, Threads = 1 }.Run(Path.Combine(folder.Path, "out"));

        var errors = report.Rows.Where(row => row.Series == "test error").ToList();
        Assert.AreEqual(5, errors.Count);
        Assert.IsTrue(errors.All(row => row.Value is >= 0 and <= 1));
        StringAssert.Contains(report.Summary, "full pre-activation");
        StringAssert.Contains(report.Summary, "paper: 6.37 %");
        StringAssert.Contains(report.Summary, "reduced");
    }

    [TestMethod]
    public void PlainNetworksAreAmongThoseOfGrowingDepth()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        TestImages.Files(data, 6);

        var report = new DegradationStudy(data, data) { ImageCount = 6, Epochs = 1, Threads = 1 }.Run(Path.Combine(folder.Path, "out"));

        CollectionAssert.AreEqual(
            new[] { "plain 20", "plain 32", "plain 44", "plain 56", "residual 20", "residual 32", "residual 44", "residual 56" },
            report.Rows.Where(row => row.Series == "test error").Select(row => row.Name).ToArray());
    }

    [TestMethod]
    public void EfficiencyTakesPublishedAndMeasuredAccuracies()
    {
        using var folder = new TemporaryFolder();

        var report = new EfficiencyStudy
        {
            Networks = [Backbones.ResNet50, Backbones.DenseNet121],
            Runs = new Dictionary<string, double> { ["densenet121"] = 0.5 },
        }.Run(folder.Path);

        var points = report.Rows.Select(row => (row.Series, row.Name, Math.Round(row.X, 2), Math.Round(row.Value, 3))).ToList();
        CollectionAssert.Contains(points, ("published, by parameters", "resnet50", 25.56, 0.809));
        CollectionAssert.Contains(points, ("measured here, by multiply-adds", "densenet121", 2.83, 0.5));
    }

    [TestMethod]
    public void EfficiencyAddsMeasuredNetworksAndNamesThoseWithoutAccuracy()
    {
        using var folder = new TemporaryFolder();

        var report = new EfficiencyStudy
        {
            Networks = [Backbones.ResNet20Cifar],
            Runs = new Dictionary<string, double> { ["resnet18"] = 0.5 },
        }.Run(folder.Path);

        Assert.IsTrue(report.Rows.Any(row => row.Name == "resnet18" && row.Value == 0.5));
        StringAssert.Contains(report.Summary, "2 networks");
        StringAssert.Contains(report.Summary, "resnet20_cifar: left out, because");
    }
}
