using System.Text.Json;
using Microsoft.ML;
using Parquet;

namespace MLNet.ResNetFamily.Tests.Cli;

/// <summary>What images 'predict' and 'evaluate' take, and the files that they write.</summary>
[TestClass]
public sealed class ResultFileTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.File("model.zip");

    [TestInitialize]
    public void DrawImages()
    {
        TestImages.Files(_folder.File("images"), 12);
        _folder.Write("images/amber/deeper/broken, bad.png", "no image"u8);
        var mlContext = new MLContext();
        using var model = ImageClassifierTransformer.FromNetwork(
            mlContext, new(TinyClassifier.Backbone, 3), TestImages.ClassNames, TinyClassifier.Backbone.Preprocessing, "ImagePath");
        mlContext.Model.Save(model, mlContext.Data.LoadFromEnumerable(new[] { new { ImagePath = "" } }).Schema, Model);
    }

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public async Task JsonLinesCsvAndParquetSayTheSame()
    {
        foreach (var format in new[] { "jsonl", "csv", "parquet" })
        {
            var summary = await CommandLine.JsonAsync(
                NoVariables, "predict", Model, _folder.File("images"), "--top", "2", "--out", _folder.File($"out.{format}"));
            Assert.AreEqual(13, summary.Single().GetProperty("rows").GetInt32());
            Assert.AreEqual(1, summary.Single().GetProperty("skipped").GetInt32());
        }

        var lines = File.ReadAllLines(_folder.File("out.jsonl")).Select(line => JsonElement.Parse(line)).ToList();
        var csv = File.ReadAllLines(_folder.File("out.csv"));
        Assert.HasCount(13, lines);
        Assert.HasCount(14, csv);
        Assert.AreEqual("row,path,bytes,label1,probability1,label2,probability2,error", csv[0]);
        await using var reader = await ParquetReader.CreateAsync(_folder.File("out.parquet"));
        using var group = reader.OpenRowGroupReader(0);
        var fields = reader.Schema.GetDataFields();
        CollectionAssert.AreEqual(csv[0].Split(','), fields.Select(field => field.Name).ToArray());
        var (paths, labels, errors) = (new string?[13], new string?[13], new string?[13]);
        var (bytes, probabilities) = (new long?[13], new float?[13]);
        await group.ReadAsync(fields[1], paths.AsMemory());
        await group.ReadAsync<long>(fields[2], bytes.AsMemory());
        await group.ReadAsync(fields[3], labels.AsMemory());
        await group.ReadAsync<float>(fields[4], probabilities.AsMemory());
        await group.ReadAsync(fields[7], errors.AsMemory());
        for (var row = 0; row < 13; row++)
        {
            var line = lines[row];
            Assert.AreEqual(row, line.GetProperty("row").GetInt32());
            Assert.AreEqual(line.GetProperty("path").GetString(), paths[row]);
            Assert.AreEqual(line.GetProperty("bytes").GetInt64(), bytes[row]);
            if (line.TryGetProperty("error", out var error))
            {
                Assert.IsNull(labels[row]);
                Assert.IsNull(probabilities[row]);
                Assert.AreEqual(error.GetString(), errors[row]);
                StringAssert.StartsWith(csv[row + 1], $"{row},\"{paths[row]}\",8,,,,,");
                continue;
            }
            var best = line.GetProperty("predictions")[0];
            Assert.AreEqual(best.GetProperty("label").GetString(), labels[row]);
            Assert.AreEqual(best.GetProperty("probability").GetSingle(), probabilities[row]);
            StringAssert.StartsWith(
                csv[row + 1], FormattableString.Invariant($"{row},{paths[row]},{bytes[row]},{labels[row]},{probabilities[row]},"));
        }
        Assert.IsEmpty(Directory.GetFiles(_folder.Path, "*-of-*"));
    }

    [TestMethod]
    public async Task FolderPatternAndManifestsNameTheSameImages()
    {
        var files = Directory.GetFiles(_folder.File("images"), "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(file => !file.Contains("broken")).ToArray();
        File.Delete(_folder.File("images/amber/deeper/broken, bad.png"));
        var names = files.Select(file => Path.GetRelativePath(_folder.Path, file)).ToArray();
        File.WriteAllLines(_folder.File("list.txt"), names);
        File.WriteAllLines(
            _folder.File("list.csv"), names.Select(name => $"{Path.GetFileName(Path.GetDirectoryName(name))},\"{name}\"")
                .Prepend("Label,ImagePath"));
        File.WriteAllLines(
            _folder.File("list.tsv"), names.Select(name => $"{name}\t{Path.GetFileName(Path.GetDirectoryName(name))}")
                .Prepend("imagepath\tlabel"));

        foreach (var input in new[] { "images", "images/**/*.png", "images/*/00??.png", "list.txt", "list.csv", "list.tsv" })
        {
            var lines = await CommandLine.JsonAsync(NoVariables, "predict", Model, _folder.File(input));
            CollectionAssert.AreEqual(files, lines.Select(line => line.GetProperty("path").GetString()).ToArray(), input);
        }
        var expected = (await CommandLine.JsonAsync(NoVariables, "evaluate", Model, _folder.File("images"))).Single();
        foreach (var input in new[] { "images/*/*.png", "list.csv" })
        {
            var found = (await CommandLine.JsonAsync(NoVariables, "evaluate", Model, _folder.File(input))).Single();
            Assert.AreEqual(expected.GetProperty("logLoss").GetRawText(), found.GetProperty("logLoss").GetRawText(), input);
            Assert.AreEqual(12, found.GetProperty("images").GetInt32());
        }
    }

    [TestMethod]
    public async Task ARunWithoutShardsWritesTheWholeAndMeasuresItAsWithoutAFile()
    {
        var expected = (await CommandLine.JsonAsync(NoVariables, "evaluate", Model, _folder.File("images"))).Single();

        var found = (await CommandLine.JsonAsync(
            NoVariables, "evaluate", Model, _folder.File("images"), "--out", _folder.File("out.csv"), "--report", _folder.File("report")))
            .Single();

        foreach (var figure in new[] { "images", "correct", "accuracy", "top5", "logLoss", "skipped" })
            Assert.AreEqual(expected.GetProperty(figure).GetRawText(), found.GetProperty(figure).GetRawText(), figure);
        Assert.HasCount(14, File.ReadAllLines(_folder.File("out.csv")));
        Assert.IsTrue(File.Exists(_folder.File("report/report.html")));
    }

    [TestMethod]
    [DataRow("predict", "none.csv", "none.csv' does not exist, but a manifest was expected")]
    [DataRow("predict", "none/*.jpg", "none/' does not exist, so nothing matches")]
    [DataRow("predict", "wrong.csv", "has no column 'ImagePath'; its first line names 'File', 'Label'")]
    [DataRow("evaluate", "wrong.csv", "has no column 'ImagePath'; its first line names 'File', 'Label'")]
    [DataRow("evaluate", "list.txt", "lists images without labels")]
    [DataRow("evaluate", "dodo.csv", "dodo.png': the model knows no class 'dodo', only 'amber', 'blue', 'crimson'")]
    [DataRow("predict", "empty.csv", "line 3: column 'ImagePath' is empty")]
    [DataRow("predict", "fields.csv", "line 2: there are 3 fields, but the first line names 2 columns")]
    public async Task WhatNamesNoImagesIsRefused(string command, string input, string message)
    {
        File.WriteAllText(_folder.File("wrong.csv"), "File,Label\na.png,amber\n");
        File.WriteAllText(_folder.File("list.txt"), "a.png\n");
        File.WriteAllText(_folder.File("dodo.csv"), "ImagePath,Label\ndodo.png,dodo\n");
        File.WriteAllText(_folder.File("empty.csv"), "ImagePath,Label\na.png,amber\n,amber\n");
        File.WriteAllText(_folder.File("fields.csv"), "ImagePath,Label\na.png,amber,blue\n");

        var (exitCode, _, errors) = await CommandLine.RunAsync(NoVariables, command, Model, _folder.File(input));

        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, message);
    }
}
