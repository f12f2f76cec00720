using System.Diagnostics;
using Microsoft.ML;

namespace MLNet.ResNetFamily.Tests.Cli;

/// <summary>Time and memory grow with images times classes at most, not with the square of the classes.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ManyClassesTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    [TestMethod]
    public async Task TwoThousandClassesAreEvaluatedAndReportedInTenSeconds()
    {
        using var folder = new TemporaryFolder();
        var names = DrawClasses(folder, 2000);
        SaveUntrained(names, folder.File("model.zip"));
        var watch = Stopwatch.StartNew();

        var lines = await CommandLine.JsonAsync(
            NoVariables, "evaluate", folder.File("model.zip"), folder.File("images"), "--report", folder.File("report"));

        Assert.IsLessThan(TimeSpan.FromSeconds(10), watch.Elapsed);
        Assert.AreEqual(2000, lines.Single().GetProperty("images").GetInt32());
        StringAssert.Contains(File.ReadAllText(folder.File("report/report.html")), "Most frequent mistakes");
    }

    [TestMethod]
    [TestCategory("Long")]
    public async Task TenThousandClassesAreTrainedSavedEvaluatedAndReportedInTwoGigabytes()
    {
        using var folder = new TemporaryFolder();
        DrawClasses(folder, 10_000);

        await RunBelowAsync(
            2L << 30, "train", folder.File("images"), "--model", "resnet20_cifar", "--epochs", "1", "--out", folder.File("model.zip"));
        await RunBelowAsync(2L << 30, "evaluate", folder.File("model.zip"), folder.File("images"), "--report", folder.File("report"));

        Assert.IsTrue(File.Exists(folder.File("report/report.html")));
    }

    private static string[] DrawClasses(TemporaryFolder folder, int count)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(i => $"class{i:00000}")];
        using var image = TestImages.Image(1, size: 8);
        var path = folder.File("image.png");
        image.Save(path);
        var bytes = File.ReadAllBytes(path);
        foreach (var name in names)
            folder.Write($"images/{name}/1.png", bytes);
        return names;
    }

    private static void SaveUntrained(string[] names, string path)
    {
        var mlContext = new MLContext();
        var images = mlContext.Data.LoadFromEnumerable(new[] { new { ImagePath = "" } });
        using var model = ImageClassifierTransformer.FromNetwork(
            mlContext, new(TinyClassifier.Backbone, names.Length), names, TinyClassifier.Backbone.Preprocessing, "ImagePath");
        mlContext.Model.Save(model, images.Schema, path);
    }

    private static async Task RunBelowAsync(long mostBytes, params string[] arguments)
    {
        using var process = CommandLine.Start(NoVariables, arguments);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var highest = 0L;
        while (!process.WaitForExit(50))
        {
            process.Refresh();
            highest = Math.Max(highest, process.HasExited ? 0 : process.PeakWorkingSet64);
        }

        Assert.AreEqual(0, process.ExitCode, await errors + await output);
        Assert.IsGreaterThan(0, highest);
        Assert.IsLessThan(mostBytes, highest, arguments[0]);
    }
}
