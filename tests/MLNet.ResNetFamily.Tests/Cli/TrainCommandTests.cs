using System.Text.RegularExpressions;

namespace MLNet.ResNetFamily.Tests.Cli;

[TestClass]
public sealed class TrainCommandTests
{
    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly TemporaryFolder _folder = new();

    [TestInitialize]
    public void DrawImages() => TestImages.Files(_folder.File("images"), 24);

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public async Task ATrainingThatIsKilledTenTimesEndsAsIfItHadNot()
    {
        var expected = await Train(
            "expected.zip", "--epochs", "15", "--checkpoint-dir", _folder.File("uninterrupted"), "--checkpoint-minutes", "0");
        var checkpoints = Directory.CreateDirectory(_folder.File("checkpoints")).FullName;
        var random = new Random(7);
        var resumed = _folder.File("resumed.zip");
        string[] arguments =
        [
            .. Arguments("resumed.zip"), "--epochs", "15", "--checkpoint-dir", checkpoints, "--checkpoint-minutes", "0", "--resume",
        ];

        for (var kills = 0; kills < 10; kills++)
        {
            using var process = CommandLine.Start(NoVariables, arguments);
            var before = Newest(checkpoints);
            while (Newest(checkpoints) == before && !process.WaitForExit(1))
            {
            }
            Assert.IsFalse(
                process.WaitForExit(random.Next(25)),
                $"The training ended before kill {kills + 1}: {await process.StandardError.ReadToEndAsync()}");
            process.Kill();                                                   // SIGKILL: it cannot be caught
            await process.WaitForExitAsync();
        }
        var (exitCode, _, errors) = await CommandLine.RunAsync(NoVariables, arguments);

        Assert.AreEqual(0, exitCode, errors);
        StringAssert.DoesNotMatch(errors, new("^ +1/15 ", RegexOptions.Multiline));
        CollectionAssert.AreEqual(expected, File.ReadAllBytes(resumed));
    }

    [TestMethod]
    public async Task OneSeedGivesTheSameFileInTwoProcessesAndAnotherDoesNot()
    {
        var first = await Train("first.zip", "--epochs", "1");
        var again = await Train("again.zip", "--epochs", "1");
        var other = await Train("other.zip", "--epochs", "1", "--seed", "2");

        CollectionAssert.AreEqual(first, again);
        CollectionAssert.AreNotEqual(first, other);
    }

    [TestMethod]
    public async Task AFractionIsSetAsideOfEveryClass()
    {
        var lines = await CommandLine.JsonAsync(NoVariables, [.. Arguments("model.zip"), "--epochs", "1", "--validation-fraction", "0.25"]);

        Assert.IsInRange(0, 1, lines[0].GetProperty("validationAccuracy").GetDouble());
        Assert.IsInRange(0, 1, lines[0].GetProperty("validationMacroF1").GetDouble());
        Assert.AreEqual(lines[0].GetProperty("validationAccuracy").GetDouble(), lines[^1].GetProperty("accuracy").GetDouble());
    }

    [TestMethod]
    [DataRow("--resume")]
    [DataRow("--checkpoint-minutes", "1")]
    public async Task CheckpointOptionsWithoutAFolderAreAWrongCommandLine(params string[] options)
    {
        var (exitCode, _, errors) = await CommandLine.RunAsync(NoVariables, [.. Arguments("model.zip"), .. options]);

        Assert.AreEqual(2, exitCode);
        StringAssert.Contains(errors, "need '--checkpoint-dir'");
    }

    [TestMethod]
    public async Task ATeacherIsLearnedFrom()
    {
        var plain = await Train("plain.zip", "--epochs", "1", "--fine-tune", "gradual", "--teacher", await Teacher());
        var harder = await Train(
            "harder.zip", "--epochs", "1", "--fine-tune", "gradual", "--teacher", await Teacher(), "--distillation-temperature", "1",
            "--distillation-weight", "0.5");

        CollectionAssert.AreNotEqual(plain, harder);

        async Task<string> Teacher()
        {
            await Train("teacher.zip", "--epochs", "1");
            return _folder.File("teacher.zip");
        }
    }

    [TestMethod]
    [DataRow("need '--teacher'", "--distillation-weight", "0.5")]
    [DataRow("need '--teacher'", "--distillation-temperature", "2")]
    [DataRow("'--teacher' and '--feature-cache' exclude each other", "--teacher", "model.zip", "--feature-cache", "cache")]
    [DataRow("'--augment none' excludes '--flip'", "--augment", "none", "--flip", "0.5")]
    public async Task OptionsThatDoNotGoTogetherAreAWrongCommandLine(string message, params string[] options)
    {
        var (exitCode, _, errors) = await CommandLine.RunAsync(NoVariables, [.. Arguments("model.zip"), .. options]);

        Assert.AreEqual(2, exitCode);
        StringAssert.Contains(errors, message);
    }

    [TestMethod]
    [DataRow("--recipe", "a3")]
    [DataRow("--loss", "bce", "--optimizer", "lamb", "--augment-repeats", "2")]
    [DataRow("--stochastic-depth", "0.5")]
    [DataRow("--layer-decay", "0.5")]
    [DataRow("--freeze-batch-norm", "true")]
    [DataRow("--clip-grad", "0.001")]
    [DataRow("--flip", "0.5")]
    public async Task AnOptionChangesWhatIsLearned(params string[] options)
    {
        var plain = await Train("plain.zip", "--epochs", "1");
        var other = await Train("other.zip", ["--epochs", "1", .. options]);

        CollectionAssert.AreNotEqual(plain, other);
    }

    [TestMethod]
    public async Task AMemoryEfficientDenseNetLearnsTheSame()
    {
        var plain = await CommandLine.JsonAsync(NoVariables, [.. Arguments("plain.zip", "densenet_40_12_cifar"), "--epochs", "1"]);
        var efficient = await CommandLine.JsonAsync(
            NoVariables, [.. Arguments("efficient.zip", "densenet_40_12_cifar"), "--epochs", "1", "--memory-efficient"]);

        Assert.AreEqual(plain[0].GetProperty("trainLoss").GetDouble(), efficient[0].GetProperty("trainLoss").GetDouble(), 1e-4);
    }

    [TestMethod]
    [DataRow("resnet20_cifar", "'--memory-efficient' is for DenseNets, but 'resnet20_cifar'", "--memory-efficient")]
    [DataRow("resnet20_cifar", "'--stochastic-depth' is 1, but it must be at least 0 and below 1", "--stochastic-depth", "1")]
    [DataRow("densenet_40_12_cifar", "'densenet_40_12_cifar' of the family DenseNet takes no such option", "--stochastic-depth", "0.2")]
    public async Task AnOptionThatTheBackboneLacksIsAWrongCommandLine(string backbone, string message, params string[] options)
    {
        var (exitCode, _, errors) = await CommandLine.RunAsync(NoVariables, [.. Arguments("model.zip", backbone), .. options]);

        Assert.AreEqual(2, exitCode);
        StringAssert.Contains(errors, message);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task TheModelKeepsWhetherPhotographsAreSetUpright(bool isUpright)
    {
        await Train("model.zip", ["--epochs", "1", .. isUpright ? ["--exif"] : Array.Empty<string>()]);

        using var model = SavedClassifier.Load(_folder.File("model.zip"));

        Assert.AreEqual(isUpright, model.Preprocessing.AppliesExifOrientation);
    }

    [TestMethod]
    public async Task AGrayModelHasOneChannel()
    {
        await Train("gray.zip", "--epochs", "1", "--gray");

        using var model = SavedClassifier.Load(_folder.File("gray.zip"));

        Assert.AreEqual(1, model.Backbone.InputChannels);
        Assert.HasCount(1, model.Preprocessing.Mean);
        var lines = await CommandLine.JsonAsync(NoVariables, "evaluate", _folder.File("gray.zip"), _folder.File("images"));
        Assert.IsInRange(0, 1, lines[^1].GetProperty("accuracy").GetDouble());
    }

    private async Task<byte[]> Train(string file, params string[] options)
    {
        await CommandLine.JsonAsync(NoVariables, [.. Arguments(file), .. options]);
        return File.ReadAllBytes(_folder.File(file));
    }

    private string[] Arguments(string file, string backbone = "resnet20_cifar") =>
    [
        "train", _folder.File("images"), "--model", backbone, "--image-size", "16", "--batch-size", "4", "--threads", "1",
        "--out", _folder.File(file),
    ];

    private static string? Newest(string folder) => Directory.EnumerateFiles(folder, "*.safetensors").Max();
}
