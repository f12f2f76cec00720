using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests.Cli;

/// <summary><c>train --multi-label</c>, and what the other commands do with such a model.</summary>
[TestClass]
public sealed class MultiLabelCommandTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly TemporaryFolder _folder = new();

    [TestInitialize]
    public void DrawImages()
    {
        foreach (var image in Enumerable.Range(0, 48))
        {
            using var pixels = new RgbImage(TestImages.Size, TestImages.Size, MultiLabelImages.Pixels(image));
            _folder.Write($"{image}.png", ImageEncoder.Png(pixels));
        }
        WriteManifest("train.csv", 0, 40);
        WriteManifest("test.csv", 40, 8);
    }

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public async Task AModelIsTrainedMeasuredAndAppliedAndExplained()
    {
        var trained = await Run(
            [.. Arguments("train.csv"), "--epochs", "12", "--validation-fraction", "0.2", "--test", _folder.File("test.csv"), "--json",
                "--report", _folder.File("report")]);
        StringAssert.Contains(File.ReadAllText(_folder.File("report/report.html")), "What speaks for each label");
        var done = Json(trained[^1]);
        Assert.IsGreaterThan(0.9, done.GetProperty("meanAveragePrecision").GetDouble());
        Assert.AreEqual(8, done.GetProperty("images").GetInt32());
        Assert.IsGreaterThan(0, Json(trained[0]).GetProperty("validationMeanAveragePrecision").GetDouble());

        var measured = Json((await Run(["evaluate", _folder.File("model.zip"), _folder.File("test.csv"), "--json"])).Single());
        using var model = (ImageClassifierTransformer)new MLContext().Model.Load(_folder.File("model.zip"), out _);
        var metrics = model.EvaluateMultiLabel(new MLContext().Data.LoadImageManifest(_folder.File("test.csv"), '|'));
        Assert.AreEqual(metrics.MicroF1, measured.GetProperty("microF1").GetDouble(), 1e-9);
        Assert.AreEqual(metrics.MacroAveragePrecision, measured.GetProperty("macroAveragePrecision").GetDouble(), 1e-9);
        Assert.AreEqual(metrics.MacroAveragePrecision, done.GetProperty("meanAveragePrecision").GetDouble(), 1e-9);
        CollectionAssert.AreEqual(
            TestImages.ClassNames,
            measured.GetProperty("classes").EnumerateArray().Select(c => c.GetProperty("name").GetString()).ToArray());
        var table = await Run(["evaluate", _folder.File("model.zip"), _folder.File("test.csv")]);
        StringAssert.Contains(table[0], "8 images: micro F1 ");
        Assert.IsTrue(table.Any(line => line.Contains("average precision")));

        var predicted = Json((await Run(["predict", _folder.File("model.zip"), _folder.File("45.png"), "--json"])).Single());
        CollectionAssert.AreEqual(
            model.Transform(new MLContext().Data.LoadFromEnumerable([new { ImagePath = _folder.File("45.png"), Label = new[] { "" } }]))
                .GetColumn<string[]>("PredictedLabel").Single(),
            predicted.GetProperty("labels").EnumerateArray().Select(label => label.GetString()).ToArray());

        var explained = Json((await Run(
        [
            "explain", _folder.File("model.zip"), _folder.File("45.png"), "--label", "crimson", "--out", _folder.File("why.png"), "--json",
        ])).Single());
        Assert.AreEqual("crimson", explained.GetProperty("label").GetString());
    }

    [TestMethod]
    public async Task ShardsOfAnEnsembleMergedEqualOneProcessInEveryFigure()
    {
        await Run([.. Arguments("train.csv"), "--epochs", "2"]);
        await Run(["ensemble", _folder.File("model.zip"), _folder.File("model.zip"), "--out", _folder.File("both.zip")]);
        File.AppendAllText(_folder.File("train.csv"), "broken.png,amber|blue\n");
        _folder.Write("broken.png", "no image"u8);
        string[] evaluate = ["evaluate", _folder.File("both.zip"), _folder.File("train.csv"), "--json"];
        var whole = Json((await Run(evaluate)).Single());

        await Run([.. evaluate, "--out", _folder.File("all.csv"), "--shard", "1/2"]);
        await Run([.. evaluate, "--out", _folder.File("all.csv"), "--shard", "2/2"]);
        var merged = Json((await Run(
            ["merge", _folder.File("all.csv"), _folder.File("all-1-of-2.jsonl"), _folder.File("all-2-of-2.jsonl"), "--json"])).Single());
        var report = await Run([.. evaluate, "--out", _folder.File("all.parquet"), "--report", _folder.File("report")]);

        foreach (var figures in new[] { merged, Json(report.Single()) })
        {
            foreach (var figure in whole.EnumerateObject().Where(figure => figure.Name != "seconds"))
                Assert.AreEqual(figure.Value.GetRawText(), figures.GetProperty(figure.Name).GetRawText(), figure.Name);
        }
        Assert.AreEqual(40, whole.GetProperty("images").GetInt32());
        var rows = File.ReadAllLines(_folder.File("all.csv"));
        Assert.HasCount(42, rows);
        Assert.AreEqual("row,path,bytes,label,predicted,probability:amber,probability:blue,probability:crimson,error", rows[0]);
        using var model = (ImageEnsembleTransformer)new MLContext().Model.Load(_folder.File("both.zip"), out _);
        var scored = model.Transform(new MLContext().Data.LoadFromEnumerable([new { ImagePath = _folder.File("6.png") }]));
        var fields = rows[7].Split(',');
        CollectionAssert.AreEqual(new[] { "6", _folder.File("6.png"), "blue|crimson" }, new[] { fields[0], fields[1], fields[3] });
        Assert.AreEqual(string.Join('|', scored.GetColumn<string[]>("PredictedLabel").Single()), fields[4]);
        foreach (var (score, field) in scored.GetColumn<float[]>("Score").Single().Zip(fields[5..8]))
            Assert.AreEqual(score, float.Parse(field, CultureInfo.InvariantCulture), 1e-5);
        Assert.IsTrue(File.Exists(_folder.File("report/report.html")));
    }

    [TestMethod]
    public async Task WhatCannotWorkIsRefusedBeforeTheWork()
    {
        Directory.CreateDirectory(_folder.File("images"));
        File.WriteAllLines(_folder.File("other.csv"), ["ImagePath,Label", "1.png,dodo|amber"]);

        await AssertRefused(
            "'--label-separator' needs '--multi-label'", ["train", _folder.File("images"), .. Usual, "--label-separator", ";"]);
        await AssertRefused("is a folder, but a manifest", [.. Arguments("images")]);
        await AssertRefused("it must be one character", [.. Arguments("train.csv"), "--label-separator", ";;"]);
        await AssertRefused("knows no class 'dodo'", [.. Arguments("train.csv"), "--test", _folder.File("other.csv")]);
        await AssertRefused("has the class 'dodo'", [.. Arguments("train.csv"), "--validation", _folder.File("other.csv")]);
        File.WriteAllLines(_folder.File("one.csv"), ["ImagePath,Label", "1.png,amber", "2.png,"]);
        await AssertRefused("has 1 class", [.. Arguments("one.csv")]);
    }

    [TestMethod]
    public async Task LinesThatCannotBeMeasuredAreRefusedWhenTheirTurnComes()
    {
        await Run([.. Arguments("train.csv"), "--epochs", "1"]);
        string[] Evaluate(string input) =>
            ["evaluate", _folder.File("model.zip"), _folder.File(input), "--out", _folder.File($"{input}.jsonl")];
        File.WriteAllLines(_folder.File("other.csv"), ["ImagePath,Label", "1.png,dodo|amber"]);
        File.WriteAllLines(_folder.File("twice.csv"), ["ImagePath,Label", "1.png,amber", "2.png,blue", "1.png,blue"]);

        await AssertRefused("1.png': the model knows no class 'dodo', only 'amber', 'blue', 'crimson'", Evaluate("other.csv"));
        await AssertRefused("twice.csv', line 4: '", Evaluate("twice.csv"));
        await AssertRefused("' is a folder, but a manifest was expected", Evaluate(""));
    }

    private string[] Usual =>
        ["--model", "resnet20_cifar", "--image-size", "16", "--threads", "1", "--augment", "none", "--out", _folder.File("model.zip")];

    private string[] Arguments(string manifest) =>
        ["train", _folder.File(manifest), "--multi-label", .. Usual, "--learning-rate", "0.005", "--batch-size", "8"];

    private void WriteManifest(string name, int first, int count) => File.WriteAllLines(
        _folder.File(name), ["ImagePath,Label", .. Enumerable.Range(first, count)
            .Select(image => $"{image}.png,{string.Join('|', MultiLabelImages.LabelsOf(image))}")]);

    private static JsonElement Json(string line) => JsonDocument.Parse(line).RootElement;

    private static async Task<string[]> Run(string[] arguments)
    {
        var (exitCode, output, errors) = await CommandLine.RunAsync(NoVariables, arguments);
        Assert.AreEqual(0, exitCode, errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task AssertRefused(string message, params string[] arguments)
    {
        var (exitCode, _, errors) = await CommandLine.RunAsync(NoVariables, arguments);
        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(errors, message);
    }
}
