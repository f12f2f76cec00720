using System.Text.RegularExpressions;

namespace MLNet.ResNetFamily.Tests.Cli;

/// <summary>All that a run will need is checked before its work: what it reads and where it writes, of every command.</summary>
[TestClass]
public sealed partial class CheckedAtTheDoorTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly TemporaryFolder _folder = new();

    [TestInitialize]
    public void DrawImages()
    {
        TestImages.Files(_folder.File("images"), 6);
        _folder.Write("file", "no folder"u8);
        var image = Directory.GetFiles(_folder.File("images"), "*.png", SearchOption.AllDirectories)[0];
        _folder.Write("other/dodo/1.png", File.ReadAllBytes(image));
        Directory.CreateDirectory(_folder.File("empty"));
    }

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow("train", "--out", "nowhere/model.zip", "the folder '", "nowhere' does not exist")]
    [DataRow("train", "--out", "images", "is a folder, but '--out' must name a file")]
    [DataRow("train", "--validation", "nowhere", "does not exist, but a folder")]
    [DataRow("train", "--validation", "empty", "there are no sub-folders")]
    [DataRow("train", "--validation", "other", "The validation set has the class 'dodo'")]
    [DataRow("train", "--test", "nowhere", "does not exist, but a folder")]
    [DataRow("train", "--test", "empty", "there are no sub-folders")]
    [DataRow("train", "--test", "other", "the model knows no class 'dodo', only 'amber', 'blue', 'crimson'")]
    [DataRow("train", "--report", "file", "is a file, but '--report' must name a folder")]
    [DataRow("train", "--report", "file/report", "file/report' cannot be written")]
    [DataRow("train", "--log-dir", "file", "is a file, but '--log-dir' must name a folder")]
    [DataRow("train", "--checkpoint-dir", "file", "is a file, but '--checkpoint-dir' must name a folder")]
    [DataRow("train", "--feature-cache", "file", "is a file, but '--feature-cache' must name a folder")]
    [DataRow("train", "--weights", "nowhere.pth", "nowhere.pth")]
    [DataRow("train", "--teacher", "nowhere.zip", "it must be the path of a saved image classifier, and there is no such file")]
    [DataRow("train", "--teacher", "file", "it must be the path of a saved image classifier.")]
    [DataRow("tune", "--out", "file", "is a file, but '--out' must name a folder")]
    [DataRow("tune", "--validation", "nowhere", "does not exist, but a folder")]
    [DataRow("tune", "--validation", "other", "The validation set has the class 'dodo'")]
    [DataRow("tune", "--test", "nowhere", "does not exist, but a folder")]
    [DataRow("tune", "--test", "other", "the model knows no class 'dodo', only 'amber', 'blue', 'crimson'")]
    [DataRow("evaluate", "--report", "file", "is a file, but '--report' must name a folder")]
    [DataRow("evaluate", "--out", "nowhere/results.csv", "nowhere' does not exist")]
    [DataRow("predict", "--out", "nowhere/results.csv", "nowhere' does not exist")]
    [DataRow("explain", "--out", "nowhere/map.png", "nowhere' does not exist")]
    [DataRow("import", "--out", "nowhere/model.zip", "nowhere' does not exist")]
    [DataRow("import", "--weights", "nowhere.pth", "nowhere.pth")]
    [DataRow("import", "--labels-file", "nowhere.txt", "there is no file '")]
    [DataRow("export", "--out", "nowhere/model.onnx", "nowhere' does not exist")]
    [DataRow("export", "--out", "model.pth", "does not end in '.onnx'")]
    [DataRow("export", "--opset", "7", "Opset is 7, but must be from 13 to 26")]
    [DataRow("ensemble", "--out", "nowhere/model.zip", "nowhere' does not exist")]
    [DataRow("ensemble", "--weights", "0", "Weight 1 of 2 is 0, but must be a finite number above 0")]
    [DataRow("weights convert", "OUT", "nowhere/weights.pth", "nowhere' does not exist")]
    [DataRow("study shortcuts", "--out", "file", "is a file, but '--out' must name a folder")]
    [DataRow("study shortcuts", "--test", "nowhere", "does not exist, but a folder")]
    [DataRow("study shortcuts", "--test", "other", "'dodo'")]
    [DataRow("bench", "--data", "nowhere", "does not exist, but a folder")]
    public async Task WhatCannotWorkIsRefusedBeforeTheWork(string command, string option, string value, params string[] words)
    {
        var (exitCode, output, errors) = await CommandLine.RunAsync(
            NoVariables, [.. command.Split(' '), .. Arguments(command, option, _folder.File(value))]);

        Assert.AreNotEqual(0, exitCode);
        foreach (var word in words)
            StringAssert.Contains(errors, word);
        Assert.AreEqual("", output);
        StringAssert.DoesNotMatch(errors, Epoch());
        Assert.IsFalse(File.Exists(_folder.File("out/model.zip")));
    }

    [TestMethod]
    public async Task EveryOptionThatNamesAPlaceIsAmongThem()
    {
        var rows = typeof(CheckedAtTheDoorTests).GetMethod(nameof(WhatCannotWorkIsRefusedBeforeTheWork))!
            .GetCustomAttributes(typeof(DataRowAttribute), false).Cast<DataRowAttribute>()
            .Select(row => $"{row.Data[0]} {row.Data[1]}").ToHashSet();
        foreach (var command in new[]
        {
            "train", "tune", "evaluate", "predict", "explain", "import", "export", "ensemble", "weights convert", "study shortcuts",
        })
        {
            var (_, help, _) = await CommandLine.RunAsync(NoVariables, [.. command.Split(' '), "--help"]);
            foreach (var option in NamesAPlace().Matches(help).Select(match => match.Groups[1].Value))
                Assert.Contains($"{command} {option}", rows);
        }
    }

    [TestMethod]
    public async Task WhatFailsAfterTheTrainingSaysWhereTheModelIs()
    {
        // The only test image is damaged, which is seen when it is read.
        _folder.Write("test/amber/1.png", "\x89PNG\r\n\x1a\n"u8);

        var (exitCode, _, errors) = await CommandLine.RunAsync(
            NoVariables, ["train", .. Arguments("train", "--test", _folder.File("test")), "--epochs", "1"]);

        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(errors, $"The model is written to '{_folder.File("out/model.zip")}', but it could not be measured: ");
        Assert.IsTrue(File.Exists(_folder.File("out/model.zip")));
    }

    // All that the command needs, with one of its places as given.
    private string[] Arguments(string command, string option, string value)
    {
        Directory.CreateDirectory(_folder.File("out"));
        string Given(string name, string usual) => name == option ? value : _folder.File(usual);
        string[] extra = option.StartsWith('-') && option is not ("--out" or "--weights" or "--labels-file") ? [option, value] : [];
        return command switch
        {
            "train" =>
            [
                _folder.File("images"), "--model", "resnet20_cifar", "--image-size", "16", "--threads", "1",
                "--out", Given("--out", "out/model.zip"),
                .. option == "--weights" ? ["--weights", value] : extra,
            ],
            "tune" =>
            [
                _folder.File("images"), "--model", "resnet20_cifar", "--image-size", "16", "--threads", "1",
                "--out", Given("--out", "search"), .. extra,
            ],
            "evaluate" => ["model.zip", _folder.File("images"), .. option == "--out" ? [option, value] : extra],
            "predict" => ["model.zip", "image.png", option, value],
            "explain" => ["model.zip", "image.png", "--out", Given("--out", "map.png")],
            "import" =>
            [
                "--model", "resnet20_cifar", "--weights", Given("--weights", "weights.pth"), "--out", Given("--out", "out/model.zip"),
                .. option == "--labels-file" ? new[] { "--labels-file", value } : ["--labels", "a,b"],
            ],
            "export" =>
            [
                "model.zip", "--out", Given("--out", "model.onnx"), .. option == "--opset" ? new[] { option, Path.GetFileName(value) } : [],
            ],
            "ensemble" =>
            [
                "model.zip", "other.zip", "--out", Given("--out", "out/model.zip"),
                .. option == "--weights" ? new[] { option, Path.GetFileName(value), "1" } : [],
            ],
            "weights convert" => ["weights.pth", value],
            "study shortcuts" => [_folder.File("images"), "--test", Given("--test", "images"), "--out", Given("--out", "study")],
            "bench" => ["--mode", "e2e", "--model", "resnet20_cifar", "--data", value],
            _ => throw new ArgumentException(command),
        };
    }

    [GeneratedRegex(@"^ *\d+/\d+ ", RegexOptions.Multiline)]
    private static partial Regex Epoch();

    // Optional and required options whose description speaks of a file or a folder.
    [GeneratedRegex(@"^  (--[a-z-]+) <[^>]+>.*\b[Ff](?:older|ile)\b", RegexOptions.Multiline)]
    private static partial Regex NamesAPlace();
}
