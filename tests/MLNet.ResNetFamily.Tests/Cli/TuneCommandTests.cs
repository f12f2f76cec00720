namespace MLNet.ResNetFamily.Tests.Cli;

[TestClass]
public sealed class TuneCommandTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public async Task EveryTrainingIsALineAndTheLastOneNamesTheModel()
    {
        TestImages.Files(_folder.File("images"), 15);
        TestImages.Files(_folder.File("test"), 6);
        var folder = _folder.File("search");

        var lines = await CommandLine.JsonAsync(
            NoVariables, "tune", _folder.File("images"), "--model", "resnet20_cifar", "--image-size", "16", "--epochs", "8", "--candidates",
            "3", "--threads", "1", "--test", _folder.File("test"), "--out", folder);

        Assert.HasCount(5, lines);
        Assert.AreEqual(
            "event,rung,candidate,backbone,weights,fineTune,freezeBatchNorm,layerDecay,learningRate,augmentation,epochs,accuracy,loss," +
            "seconds,onAllImages",
            string.Join(',', lines[0].EnumerateObject().Select(field => field.Name)));
        Assert.AreEqual(("done", Path.Combine(folder, "best.zip")), (Text(4, "event"), Text(4, "model")));
        Assert.AreEqual(
            lines.Take(3).Max(line => line.GetProperty("accuracy").GetDouble()), lines[4].GetProperty("validationAccuracy").GetDouble());
        Assert.IsTrue(lines[3].GetProperty("onAllImages").GetBoolean());
        var measured = (await CommandLine.JsonAsync(NoVariables, "evaluate", Text(4, "model")!, _folder.File("test"))).Single();
        Assert.AreEqual(lines[4].GetProperty("accuracy").GetDouble(), measured.GetProperty("accuracy").GetDouble());

        string? Text(int line, string field) => lines[line].GetProperty(field).GetString();
    }

    [TestMethod]
    [DataRow("'--budget' and '--epochs' exclude each other", "--budget", "1", "--epochs", "9")]
    [DataRow("Option '--budget' is 0, but it must be minutes above 0", "--budget", "0")]
    public async Task AWrongCommandLineSaysSo(string words, params string[] options)
    {
        var (exitCode, _, errors) = await CommandLine.RunAsync(
            NoVariables, ["tune", _folder.File("images"), "--out", _folder.File("search"), .. options]);

        Assert.AreEqual(2, exitCode);
        StringAssert.Contains(errors, words);
    }
}
