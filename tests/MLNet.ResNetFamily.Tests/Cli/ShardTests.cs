using System.Diagnostics;
using System.Formats.Tar;
using System.Text.Json;
using Microsoft.ML;

namespace MLNet.ResNetFamily.Tests.Cli;

/// <summary>Scoring by shards comes to what one process comes to, whatever happens to the processes.</summary>
[TestClass]
public sealed class ShardTests
{
    private const int ImageCount = 330;

    private static readonly Dictionary<string, string> NoVariables = [];
    private static readonly string[] Figures = ["images", "correct", "accuracy", "top5", "logLoss", "skipped"];
    private static readonly TemporaryFolder Shared = new();

    private readonly TemporaryFolder _folder = new();

    private static string Model => Shared.File("model.zip");

    private static string Images => Shared.File("images");

    [ClassInitialize]
    public static void DrawImages(TestContext _)
    {
        TestImages.Files(Images, ImageCount);
        // One in the middle of a batch that cannot be read.
        File.WriteAllText(Directory.GetFiles(Path.Combine(Images, "blue")).Order(StringComparer.Ordinal).ElementAt(50), "no image");
        var mlContext = new MLContext();
        using var model = ImageClassifierTransformer.FromNetwork(
            mlContext, new(TinyClassifier.Backbone, 3), TestImages.ClassNames, TinyClassifier.Backbone.Preprocessing, "ImagePath");
        mlContext.Model.Save(model, mlContext.Data.LoadFromEnumerable(new[] { new { ImagePath = "" } }).Schema, Model);
    }

    [ClassCleanup]
    public static void DeleteImages() => Shared.Dispose();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public async Task ThreeShardsMergedEqualOneProcessInEveryFigure()
    {
        var whole = (await CommandLine.JsonAsync(NoVariables, "evaluate", Model, Images)).Single();
        for (var shard = 1; shard <= 3; shard++)
            await EvaluateAsync($"{shard}/3");

        var merged = await MergeAsync("results.csv", 3);

        AssertSameFigures(whole, merged);
        Assert.AreEqual(ImageCount - 1, merged.GetProperty("images").GetInt32());
        var rows = File.ReadAllLines(_folder.File("results.csv"));
        Assert.AreEqual("row,path,bytes,label,predicted,confidence,labelProbability,labelRank,error", rows[0]);
        CollectionAssert.AreEqual(
            Directory.GetFiles(Images, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray(),
            rows.Skip(1).Select(row => row.Split(',')[1]).ToArray());
    }

    [TestMethod]
    public async Task AShardThatIsKilledContinuesAndTheWholeIsTheSame()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("needs a named pipe among the files");
        await EvaluateAsync("1/2");
        await EvaluateAsync("2/2");
        var expected = File.ReadAllLines(ShardPath(2, 2));
        var whole = await MergeAsync("results.csv", 2);
        // The shard waits for ever at an image that is a pipe, after some batches; row 224 begins its fourth one.
        var image = JsonElement.Parse(expected[1 + 3 * 32]).GetProperty("path").GetString()!;
        var twoBatches = expected[..65].Sum(line => line.Length + 1);
        File.Delete(ShardPath(2, 2));
        File.Move(image, _folder.File("kept.png"));
        Process.Start("mkfifo", image).WaitForExit();
        try
        {
            using var process = CommandLine.Start(NoVariables, Arguments("2/2"));
            while (!File.Exists(ShardPath(2, 2)) || new FileInfo(ShardPath(2, 2)).Length < twoBatches)
                Assert.IsFalse(process.WaitForExit(20), "the shard ended");
            process.Kill();
            await process.WaitForExitAsync();
        }
        finally
        {
            File.Delete(image);
            File.Move(_folder.File("kept.png"), image);
        }
        // And what it wrote last was torn.
        using (var file = File.Open(ShardPath(2, 2), FileMode.Open))
            file.SetLength(file.Length - 10);

        var refused = await CommandLine.RunAsync(NoVariables, "merge", _folder.File("x.csv"), ShardPath(1, 2), ShardPath(2, 2));
        var errors = await EvaluateAsync("2/2");
        var merged = await MergeAsync("again.csv", 2);

        Assert.AreEqual(1, refused.ExitCode);
        StringAssert.Contains(refused.Errors, $"'{ShardPath(2, 2)}' (shard 2) is unfinished");
        StringAssert.Contains(errors, "images are scored already; the rest follows.");
        CollectionAssert.AreEqual(expected[..^1], File.ReadAllLines(ShardPath(2, 2))[..^1]);
        AssertSameFigures(whole, merged);
        Assert.AreEqual(File.ReadAllText(_folder.File("results.csv")), File.ReadAllText(_folder.File("again.csv")));
    }

    [TestMethod]
    [DataRow(1, 160)]
    [DataRow(400, 160)]
    [DataRow(20_000, 32)]
    [DataRow(25_500, 0)]
    public async Task AFileThatIsCutAnywhereIsContinuedFromItsLastWholeBatch(int cut, int leastKept)
    {
        await EvaluateAsync("1/2");
        var expected = File.ReadAllLines(ShardPath(1, 2));
        var length = new FileInfo(ShardPath(1, 2)).Length;
        using (var file = File.Open(ShardPath(1, 2), FileMode.Open))
            file.SetLength(Math.Max(1, length - cut));
        if (cut > 25_000)
            File.WriteAllText(ShardPath(1, 2), expected[0] + "\n");

        var errors = await EvaluateAsync("1/2");

        if (leastKept > 0)
        {
            var kept = int.Parse(System.Text.RegularExpressions.Regex.Match(errors, @"(\d+) images are scored already").Groups[1].Value);
            Assert.AreEqual(0, kept % 32);
            Assert.IsGreaterThanOrEqualTo(leastKept, kept);
        }
        CollectionAssert.AreEqual(expected[..^1], File.ReadAllLines(ShardPath(1, 2))[..^1]);
    }

    [TestMethod]
    public async Task AShardThatIsCompleteIsNotScoredAgain()
    {
        await EvaluateAsync("1/2");
        var written = File.ReadAllText(ShardPath(1, 2));

        await EvaluateAsync("1/2");

        Assert.AreEqual(written, File.ReadAllText(ShardPath(1, 2)));
    }

    [TestMethod]
    public async Task AChangedModelInputOrOptionIsRefused()
    {
        TestImages.Files(_folder.File("some"), 90);
        await EvaluateAsync("1/2", _folder.File("some"));
        using (var file = File.Open(ShardPath(1, 2), FileMode.Open))
            file.SetLength(file.Length - 10);
        var otherModel = _folder.File("other.zip");
        File.WriteAllBytes(otherModel, [.. File.ReadAllBytes(Model), 0]);

        await AssertRefusedAsync("was begun with another model", "evaluate", otherModel, _folder.File("some"), "--shard", "1/2");
        await AssertRefusedAsync("was begun with another input", "evaluate", Model, Images, "--shard", "1/2");
        await AssertRefusedAsync(
            "another way of scoring", "evaluate", Model, _folder.File("some"), "--shard", "1/2", "--precision", "bfloat16");
        File.Move(ShardPath(1, 2), ShardPath(1, 3));
        await AssertRefusedAsync("another count of shards (3 instead of 2)", "evaluate", Model, _folder.File("some"), "--shard", "1/3");
        File.Move(ShardPath(1, 3), ShardPath(1, 2));
        var first = Directory.GetFiles(_folder.File("some/amber")).Order(StringComparer.Ordinal).First();
        File.AppendAllText(first, "more");
        await AssertRefusedAsync("the images have changed since it was begun: row 0 was", Shard12());
        File.Delete(first);
        await AssertRefusedAsync("the images have changed since it was begun: row 0 was", Shard12());
        File.WriteAllText(ShardPath(1, 2), "somebody's notes\n");
        await AssertRefusedAsync("is no file of a shard", Shard12());
        Assert.AreEqual("somebody's notes\n", File.ReadAllText(ShardPath(1, 2)));

        string[] Shard12() => ["evaluate", Model, _folder.File("some"), "--shard", "1/2"];
    }

    [TestMethod]
    public async Task ImagesThatAreAddedBehindACompleteShardAreSeen()
    {
        TestImages.Files(_folder.File("some"), 40);
        await EvaluateAsync("1/2", _folder.File("some"));
        File.Copy(Directory.GetFiles(_folder.File("some/crimson"))[0], _folder.File("some/crimson/zzz.png"));

        await AssertRefusedAsync(
            "images were added, removed or renamed", "evaluate", Model, _folder.File("some"), "--shard", "1/2");
    }

    [TestMethod]
    public async Task MissingDoubleAndForeignShardsAreNamed()
    {
        await EvaluateAsync("1/4");
        await EvaluateAsync("2/4");
        File.Copy(ShardPath(1, 4), _folder.File("copy.jsonl"));
        TestImages.Files(_folder.File("some"), 40);
        await EvaluateAsync("3/4", _folder.File("some"));

        var (exitCode, output, errors) = await CommandLine.RunAsync(
            NoVariables, "merge", _folder.File("all.csv"), ShardPath(1, 4), ShardPath(2, 4), _folder.File("copy.jsonl"), ShardPath(3, 4));

        Assert.AreEqual(1, exitCode);
        Assert.AreEqual("", output);
        StringAssert.Contains(errors, $"shard 1 is there more than once: '{ShardPath(1, 4)}', '{_folder.File("copy.jsonl")}'");
        StringAssert.Contains(errors, "of 4 shards '4/4' is missing");
        StringAssert.Contains(errors, $"'{ShardPath(3, 4)}' was scored with another input");
        Assert.IsFalse(File.Exists(_folder.File("all.csv")));
    }

    [TestMethod]
    public async Task ShardsBetweenWhichTheInputChangedAreNotMerged()
    {
        TestImages.Files(_folder.File("some"), 40);
        await EvaluateAsync("1/2", _folder.File("some"));
        File.Delete(Directory.GetFiles(_folder.File("some/crimson"))[0]);
        await EvaluateAsync("2/2", _folder.File("some"));

        await AssertRefusedAsync(
            "the input changed between them", "merge", _folder.File("all.csv"), ShardPath(1, 2), ShardPath(2, 2));
    }

    [TestMethod]
    [DataRow("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE")]
    [DataRow("PMI_RANK", "PMI_SIZE")]
    [DataRow("PMIX_RANK", "SLURM_NTASKS")]
    [DataRow("SLURM_PROCID", "SLURM_NTASKS")]
    public async Task AutoTakesTheRankFromTheLauncher(string rank, string size)
    {
        var lines = await CommandLine.JsonAsync(
            new Dictionary<string, string> { [rank] = "1", [size] = "12" },
            "predict", Model, Images, "--out", _folder.File("results.csv"), "--shard", "auto");

        Assert.AreEqual(2, lines.Single().GetProperty("shard").GetInt32());
        Assert.AreEqual(12, lines.Single().GetProperty("shards").GetInt32());
        Assert.IsTrue(File.Exists(_folder.File("results-02-of-12.jsonl")));
    }

    [TestMethod]
    [DataRow("no launcher says which process this is", "--out", "x.csv", "--shard", "auto")]
    [DataRow("'--shard' is '0/3', but it must be NUMBER/COUNT", "--out", "x.csv", "--shard", "0/3")]
    [DataRow("'--shard' is '4/3'", "--out", "x.csv", "--shard", "4/3")]
    [DataRow("'--shard' is '2'", "--out", "x.csv", "--shard", "2")]
    [DataRow("Option '--shard' needs '--out'", "--shard", "1/3")]
    [DataRow("Option '--format' needs '--out'", "--format", "csv")]
    [DataRow("Give '--format' to 'merge'", "--out", "x.csv", "--shard", "1/3", "--format", "csv")]
    [DataRow("ends in none of '.jsonl', '.csv', '.parquet'", "--out", "x.xls")]
    [DataRow("Choose float32 or bfloat16", "--out", "x.csv", "--precision", "auto")]
    [DataRow("'--report' needs all images", "--out", "x.csv", "--shard", "1/3", "--report", "report")]
    public async Task OptionsThatCannotWorkAreRefused(string message, params string[] options)
    {
        var (exitCode, _, errors) = await CommandLine.RunAsync(
            NoVariables,
            ["evaluate", Model, Images, .. options.Select(word => word is "x.csv" or "x.xls" or "report" ? _folder.File(word) : word)]);

        Assert.AreEqual(2, exitCode);
        StringAssert.Contains(errors, message);
    }

    [TestMethod]
    [TestCategory("Long")]
    public async Task TenThousandFilesInThreeShardsOfWhichOneIsKilledEqualOneProcess()
    {
        TarFile.ExtractToDirectory(Weights.Checkpoints.Shared("data", "cifar10", "test.tar"), _folder.Path, overwriteFiles: false);
        var (model, images) = (_folder.File("cifar.zip"), _folder.File("test"));
        await CommandLine.JsonAsync(
            NoVariables, "import", "--model", "resnet20_cifar", "--out", model,
            "--weights", Weights.Checkpoints.Shared("weights", "cifar", "resnet20-12fca82f.th"),
            "--labels", string.Join(',', Directory.GetDirectories(images).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
        string[] Shard(int number) => ["evaluate", model, images, "--out", _folder.File("results.csv"), "--shard", $"{number}/3"];
        var whole = (await CommandLine.JsonAsync(NoVariables, "evaluate", model, images)).Single();

        using (var killed = CommandLine.Start(NoVariables, Shard(2)))
        {
            while (!File.Exists(ShardPath(2, 3)) || new FileInfo(ShardPath(2, 3)).Length < 100_000)
                Assert.IsFalse(killed.WaitForExit(20), "the shard ended");
            killed.Kill();
            await killed.WaitForExitAsync();
        }
        var kept = File.ReadLines(ShardPath(2, 3)).Count();
        for (var number = 1; number <= 3; number++)
            await CommandLine.JsonAsync(NoVariables, Shard(number));
        var merged = await MergeAsync("results.parquet", 3);

        Assert.IsInRange(100, 3300, kept);
        Assert.AreEqual(10_000, merged.GetProperty("images").GetInt32());
        Assert.IsInRange(8098, 8108, merged.GetProperty("correct").GetInt32());
        AssertSameFigures(whole, merged);
    }

    private static void AssertSameFigures(JsonElement expected, JsonElement found)
    {
        foreach (var figure in Figures)
            Assert.AreEqual(expected.GetProperty(figure).GetRawText(), found.GetProperty(figure).GetRawText(), figure);
    }

    private string ShardPath(int number, int count) => _folder.File($"results-{number}-of-{count}.jsonl");

    private string[] Arguments(string shard, string? images = null) =>
        ["evaluate", Model, images ?? Images, "--out", _folder.File("results.csv"), "--shard", shard];

    private async Task<string> EvaluateAsync(string shard, string? images = null)
    {
        var (exitCode, _, errors) = await CommandLine.RunAsync(NoVariables, Arguments(shard, images));
        Assert.AreEqual(0, exitCode, errors);
        return errors;
    }

    private async Task<JsonElement> MergeAsync(string name, int count) => (await CommandLine.JsonAsync(
        NoVariables,
        ["merge", _folder.File(name), .. Enumerable.Range(1, count).Reverse().Select(shard => ShardPath(shard, count))])).Single();

    private async Task AssertRefusedAsync(string message, params string[] arguments)
    {
        var (exitCode, _, errors) = await CommandLine.RunAsync(
            NoVariables, arguments[0] == "merge" ? arguments : [.. arguments, "--out", _folder.File("results.csv")]);
        Assert.AreEqual(1, exitCode, errors);
        StringAssert.Contains(errors, message);
    }
}
