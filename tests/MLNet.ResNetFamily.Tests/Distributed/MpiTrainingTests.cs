using System.Diagnostics;
using System.Text.Json;

namespace MLNet.ResNetFamily.Tests.Distributed;

/// <summary>The command under <c>mpirun</c>, as real processes.</summary>
[TestClass]
public sealed class MpiTrainingTests
{
    private readonly TemporaryFolder _folder = new();

    [TestInitialize]
    public void DrawImages() => TestImages.Files(_folder.File("images"), 26);

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public async Task TwoProcessesTrainOneModelAndTheFirstAloneSpeaks()
    {
        var (exitCode, output, errors) = await MpiRun.RunAsync(
            2, [.. Arguments("one.zip"), "--epochs", "2", "--log-dir", _folder.File("log"), "--json"]);
        var (again, _, _) = await MpiRun.RunAsync(2, [.. Arguments("two.zip"), "--epochs", "2"]);

        Assert.AreEqual((0, 0), (exitCode, again), errors);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
        CollectionAssert.AreEqual(
            new[] { "epoch", "epoch", "done" }, lines.ConvertAll(line => line.GetProperty("event").GetString()), output);
        StringAssert.Contains(errors, "2 processes train together through Open MPI v");
        CollectionAssert.AreEqual(File.ReadAllBytes(_folder.File("one.zip")), File.ReadAllBytes(_folder.File("two.zip")));
        Assert.HasCount(1, Directory.GetFiles(_folder.File("log"), "events.*"));
    }

    [TestMethod]
    public async Task AProcessThatFailsBeforeTheTrainingEndsTheJob()
    {
        var (wrong, _, message) = await MpiRun.RunAsync(
            2, "train", _folder.File("images"), "--model", "resnet20_cifar", "--out", _folder.File("missing/model.zip"));

        Assert.AreEqual(1, wrong, message);
        StringAssert.Contains(message, "Process 0 of 2 (ranks 0 to 1) ends the job: it ends with exit code 1.");
        StringAssert.Contains(message, "does not exist. Make it, or choose another '--out'.");
    }

    [TestMethod]
    public async Task AKilledProcessEndsTheJobAndTheResumedTrainingEndsAsIfNothingHadBeen()
    {
        var checkpoints = Directory.CreateDirectory(_folder.File("checkpoints")).FullName;
        string[] resuming = [.. Long("resumed.zip"), "--checkpoint-dir", checkpoints, "--checkpoint-minutes", "0", "--resume"];
        using var job = MpiRun.Start(4, resuming);
        var errors = job.StandardError.ReadToEndAsync();
        while (!Directory.EnumerateFiles(checkpoints, "checkpoint-*.safetensors").Any())
            Assert.IsFalse(job.WaitForExit(5), "The training ended before its first checkpoint.");
        var watch = Stopwatch.StartNew();

        // SIGKILL cannot be caught.
        Process.GetProcessById(MpiRun.ProcessOf(job, rank: 2)).Kill();
        await job.WaitForExitAsync();
        var seconds = watch.Elapsed.TotalSeconds;
        var (exitCode, _, message) = await MpiRun.RunAsync(4, resuming);
        var (other, _, _) = await MpiRun.RunAsync(4, Long("expected.zip"));

        Assert.IsLessThan(30, seconds);
        StringAssert.Contains(await errors, "process rank 2");
        Assert.AreEqual((0, 0), (exitCode, other), message);
        CollectionAssert.AreEqual(File.ReadAllBytes(_folder.File("expected.zip")), File.ReadAllBytes(_folder.File("resumed.zip")));

        string[] Long(string model) => [.. Arguments(model), "--epochs", "12"];
    }

    private string[] Arguments(string model) =>
    [
        "train", _folder.File("images"), "--model", "resnet20_cifar", "--image-size", "16", "--batch-size", "2",
        "--threads", "1", "--out", _folder.File(model),
    ];
}
