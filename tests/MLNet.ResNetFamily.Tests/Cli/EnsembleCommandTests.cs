namespace MLNet.ResNetFamily.Tests.Cli;

[TestClass]
public sealed class EnsembleCommandTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public async Task TwoModelsBecomeOneThatPredictsAndIsMeasured()
    {
        var (one, other) = (await ModelAsync("one", "amber,blue,crimson"), await ModelAsync("other", "blue,crimson,amber"));
        var both = Path("both");
        var images = TestImages.Files(_folder.File("images"), 3).Select(row => row.Image).ToArray();

        var made = (await CommandLine.JsonAsync(NoVariables, "ensemble", one, other, "--weights", "3", "1", "--out", both)).Single();

        Assert.AreEqual(
            $$"""{"models":2,"classes":3,"weights":[0.75,0.25],"path":"{{both}}","bytes":{{new FileInfo(both).Length}}}""",
            made.GetRawText());
        var measured = (await CommandLine.JsonAsync(NoVariables, "evaluate", both, _folder.File("images"))).Single();
        Assert.AreEqual(3, measured.GetProperty("images").GetInt32());
        var written = (await CommandLine.JsonAsync(
            NoVariables, "evaluate", both, _folder.File("images"), "--out", _folder.File("rows.csv"))).Single();
        Assert.AreEqual(measured.GetProperty("logLoss").GetRawText(), written.GetProperty("logLoss").GetRawText());
        Assert.HasCount(4, File.ReadAllLines(_folder.File("rows.csv")));
        var predictions = await CommandLine.JsonAsync(NoVariables, ["predict", both, .. images]);
        var expected = await Task.WhenAll(
            new[] { one, other }.Select(model => CommandLine.JsonAsync(NoVariables, ["predict", model, .. images])));
        for (var i = 0; i < images.Length; i++)
        {
            foreach (var label in TestImages.ClassNames)
            {
                var mean = (0.75 * Probability(expected[0][i], label)) + (0.25 * Probability(expected[1][i], label));
                Assert.AreEqual(mean, Probability(predictions[i], label), 1e-6);
            }
        }
    }

    [TestMethod]
    public async Task WhatTakesASingleNetworkSaysSoInOneSentence()
    {
        var (one, both) = (await ModelAsync("one", "amber,blue,crimson"), Path("both"));
        var image = TestImages.Files(_folder.File("images"), 1)[0].Image;
        await CommandLine.JsonAsync(NoVariables, "ensemble", one, one, "--out", both);

        foreach (var arguments in new string[][]
        {
            ["explain", both, image, "--out", _folder.File("why.png")],
            ["export", both, "--out", _folder.File("both.onnx")],
            ["quantize", both, "--calibrate", _folder.File("images"), "--out", _folder.File("int8.zip")],
            ["weights", "convert", both, _folder.File("both.pth")],
        })
        {
            var (exitCode, _, errors) = await CommandLine.RunAsync(NoVariables, arguments);

            Assert.AreEqual(1, exitCode);
            StringAssert.Contains(errors, "The model is an ensemble of 2 classifiers, and this works with a single network.");
        }
    }

    [TestMethod]
    public async Task ModelsOfOtherClassesAreRefusedByName()
    {
        var (one, other) = (await ModelAsync("one", "amber,blue,crimson"), await ModelAsync("other", "amber,blue,dodo"));

        var (exitCode, _, errors) = await CommandLine.RunAsync(NoVariables, "ensemble", one, other, "--out", Path("both"));

        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, $"'{one}', '{other}': The models know different classes: model 2 lacks 'crimson' of model 1");
        Assert.IsFalse(File.Exists(Path("both")));
    }

    [TestMethod]
    public async Task OneModelMakesNoEnsemble()
    {
        var (exitCode, _, errors) = await CommandLine.RunAsync(NoVariables, "ensemble", "one.zip", "--out", Path("both"));

        Assert.AreEqual(2, exitCode);
        StringAssert.Contains(errors, "One model, 'one.zip', makes no ensemble. Give at least two.");
    }

    private static double Probability(System.Text.Json.JsonElement prediction, string label) => prediction.GetProperty("predictions")
        .EnumerateArray().Single(entry => entry.GetProperty("label").GetString() == label).GetProperty("probability").GetDouble();

    private string Path(string name) => _folder.File($"{name}.zip");

    private async Task<string> ModelAsync(string name, string labels)
    {
        var weights = _folder.File($"{name}.pth");
        using (var network = new ImageClassifierNetwork(Backbones.ResNet20Cifar, 3))
            WeightExport.Save(network, weights);
        await CommandLine.JsonAsync(
            NoVariables, "import", "--model", "resnet20_cifar", "--weights", weights, "--labels", labels, "--out", Path(name));
        return Path(name);
    }
}
