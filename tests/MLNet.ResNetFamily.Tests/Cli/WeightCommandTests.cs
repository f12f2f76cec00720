using System.Formats.Tar;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MLNet.ResNetFamily.Tests.Weights;

namespace MLNet.ResNetFamily.Tests.Cli;

[TestClass]
public sealed class WeightCommandTests
{
    // No hash of it is published, so that a test may make the file.
    private const string Unhashed = "resnet18.a1_in1k.hf";
    private const string UnhashedUrl = "/huggingface.co/timm/resnet18.a1_in1k/resolve/main/model.safetensors";

    private static readonly byte[] Content = [.. Enumerable.Range(0, 200_000).Select(index => (byte)(index * 7))];

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public async Task TwoProcessesAtOnceFetchAFileOnce()
    {
        using var server = new LoopbackServer(async (context, _) =>
        {
            await Task.Delay(1500);
            await LoopbackServer.SendAsync(context, Content);
        });
        var environment = Environment(server.Address);

        var runs = await Task.WhenAll(
            CommandLine.JsonAsync(environment, "weights", "download", Unhashed),
            CommandLine.JsonAsync(environment, "weights", "download", Unhashed));

        Assert.HasCount(1, server.Requests);
        Assert.AreEqual(UnhashedUrl, server.Requests[0].Url);
        foreach (var path in runs.Select(run => run.Single().GetProperty("path").GetString()!))
            CollectionAssert.AreEqual(Content, File.ReadAllBytes(path));
    }

    [TestMethod]
    public async Task TheSystemsProxyIsAsked()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = ProxyOnceAsync(listener);
        var environment = Environment(new Uri("http://weights.invalid/"));
        environment["http_proxy"] = $"http://{listener.LocalEndpoint}/";

        await CommandLine.JsonAsync(environment, "weights", "download", Unhashed);

        Assert.AreEqual($"GET http://weights.invalid{UnhashedUrl} HTTP/1.1", await asked);
    }

    [TestMethod]
    public async Task AMissingFileIsOneMessageAndExitCode1()
    {
        using var server = new LoopbackServer((context, _) => LoopbackServer.RefuseAsync(context, 404));

        var (exitCode, output, errors) = await CommandLine.RunAsync(
            Environment(server.Address), "weights", "download", "resnet50.tv_v2", "--json");

        Assert.AreEqual(1, exitCode);
        Assert.AreEqual("", output);
        StringAssert.Contains(errors, "11ad3fa62ca79e40addfd354a8ec4b7c75143b3038b8d2a807fbc68deab379ca");
        StringAssert.Contains(errors, _folder.File("weights/resnet50.tv_v2.pth"));
        Assert.HasCount(1, errors.Trim().Split('\n'));
    }

    [TestMethod]
    public async Task AnImportedModelIsWrittenReadAndConvertedBack()
    {
        using var network = new ImageClassifierNetwork(Backbones.Named("resnet20_cifar"), 3);
        WeightExport.Save(network, _folder.File("own.pth"));

        var imported = await CommandLine.JsonAsync(
            Environment(), "import", "--model", "resnet20_cifar", "--weights", _folder.File("own.pth"), "--labels", "a, b,c", "--out",
            _folder.File("own.zip"));
        var converted = await CommandLine.JsonAsync(
            Environment(), "weights", "convert", _folder.File("own.zip"), _folder.File("own.safetensors"));
        var shown = await CommandLine.JsonAsync(Environment(), "weights", "show", _folder.File("own.safetensors"));

        Assert.AreEqual(116, imported.Single().GetProperty("loaded").GetInt32());
        Assert.AreEqual(0, imported.Single().GetProperty("missing").GetArrayLength());
        Assert.AreEqual(116, converted.Single().GetProperty("tensors").GetInt32());
        Assert.HasCount(116, shown);
        Assert.AreEqual("""{"key":"conv1.weight","type":"float32","shape":[16,3,3,3]}""", shown[0].GetRawText());
        using var file = new SafetensorsFile(_folder.File("own.safetensors"));
        Assert.AreEqual("""["a","b","c"]""", file.Metadata["classes"]);
        foreach (var (key, values) in network.NamedState())
            CollectionAssert.AreEqual(values.bytes.ToArray(), Checkpoints.Elements(file, file[key]), key);
    }

    [TestMethod]
    public async Task ClassNamesThatDoNotFitAreAnErrorAndLeaveNoModel()
    {
        using var network = new ImageClassifierNetwork(Backbones.Named("resnet20_cifar"), 3);
        WeightExport.Save(network, _folder.File("own.pth"));

        var (exitCode, _, errors) = await CommandLine.RunAsync(
            Environment(), "import", "--model", "resnet20_cifar", "--weights", _folder.File("own.pth"), "--labels", "a,b", "--out",
            _folder.File("own.zip"));

        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(
            errors, "it tells 3 classes apart, but 2 are asked for (tensor 'linear.weight' has shape [3, 64], but [2, 64] is needed)");
        Assert.DoesNotContain("HeadImport", errors);
        Assert.DoesNotContain("--skip", errors);
        Assert.IsFalse(File.Exists(_folder.File("own.zip")));
    }

    [TestMethod]
    public async Task AStateKeyReachesTheWeightsOfANestedCheckpoint()
    {
        var student = HandmadePth.Dict(("model", Small(3)));
        var teacher = HandmadePth.Dict(("model", Small(3)));
        HandmadePth.Write(_folder.File("nested.pth"), HandmadePth.Dict(("student", student), ("teacher", teacher)));
        string[] command =
        [
            "import", "--model", "resnet20_cifar", "--weights", _folder.File("nested.pth"), "--labels", "a,b,c",
            "--out", _folder.File("own.zip"),
        ];

        var (exitCode, _, errors) = await CommandLine.RunAsync(Environment(), command);
        var imported = await CommandLine.JsonAsync(Environment(), [.. command, "--state-key", "student.model"]);

        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, "There are tensors under 'student.model', 'teacher.model'");
        StringAssert.Contains(errors, "'--state-key'");
        Assert.AreEqual(97, imported.Single().GetProperty("loaded").GetInt32());
    }

    [TestMethod]
    public async Task AClassifierThatIsLeftOutIsNotLeftRandomInSilence()
    {
        HandmadePth.Write(_folder.File("own.pth"), Small(3));

        var (exitCode, _, errors) = await CommandLine.RunAsync(
            Environment(), "import", "--model", "resnet20_cifar", "--weights", _folder.File("own.pth"), "--labels", "a,b",
            "--skip", "linear.*", "--out", _folder.File("own.zip"));

        Assert.AreEqual(0, exitCode);
        StringAssert.Contains(errors, $"The classifier of '{_folder.File("own.zip")}' is random");
    }

    [TestMethod]
    public async Task TrainingRecommendsNoOptionThatItLacks()
    {
        HandmadePth.Write(_folder.File("other.pth"), HandmadePth.Dict(("stem.weight", HandmadePth.Tensor(8, 3))));
        TestImages.Files(_folder.File("images"), 8);

        var (exitCode, _, errors) = await CommandLine.RunAsync(
            Environment(), "train", _folder.File("images"), "--model", "resnet20_cifar", "--weights", _folder.File("other.pth"),
            "--out", _folder.File("own.zip"));

        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, "'stem.weight' has no place in it");
        StringAssert.Contains(errors, "'resnetfamily import' with '--skip NAME'");
    }

    private static byte[] Small(int classCount)
    {
        using var network = new ImageClassifierNetwork(Backbones.Named("resnet20_cifar"), classCount);
        var tensors = network.NamedState().Where(item => item.Tensor.is_floating_point());
        return HandmadePth.Dict([.. tensors.Select(item => (item.Key, HandmadePth.Tensor(item.Tensor.shape)))]);
    }

    [TestMethod]
    public async Task ThePublishedWeightsOfABackboneAreListed()
    {
        var rows = await CommandLine.JsonAsync(Environment(), "weights", "list", "--model", "resnet50");

        CollectionAssert.AreEqual(
            PretrainedWeights.All.Where(row => row.Backbone == "resnet50").Select(row => row.Name).ToArray(),
            rows.Select(row => row.GetProperty("name").GetString()).ToArray());
        Assert.AreEqual("bsd-3-clause", rows[0].GetProperty("license").GetString());
    }

    [TestMethod]
    [TestCategory("Long")]
    [DataRow("resnet32", "d509ac18", 8256)]
    [DataRow("resnet44", "014dd654", 8267)]
    [DataRow("resnet56", "4bfd9763", 8320)]
    public Task LargerTrainedCifarWeightsGiveTheirAccuracyToo(string name, string hash, int correct) =>
        TrainedCifarWeightsGiveTheirAccuracy(name, hash, correct);

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("resnet20", "12fca82f", 8103)]
    public async Task TrainedCifarWeightsGiveTheirAccuracy(string name, string hash, int correct)
    {
        var images = Checkpoints.Shared("data", "cifar10", "test.tar");
        var weights = Checkpoints.Shared("weights", "cifar", $"{name}-{hash}.th");
        TarFile.ExtractToDirectory(images, _folder.Path, overwriteFiles: false);
        const string labels = "airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck";

        await CommandLine.JsonAsync(
            Environment(), "import", "--model", $"{name}_cifar", "--weights", weights, "--labels", labels, "--out",
            _folder.File("model.zip"));
        var evaluation = (await CommandLine.JsonAsync(Environment(), "evaluate", _folder.File("model.zip"), _folder.File("test"))).Single();

        Assert.AreEqual(10_000, evaluation.GetProperty("images").GetInt32());
        // A faithful implementation lands within five of the reference's count.
        Assert.IsInRange(correct - 5, correct + 5, evaluation.GetProperty("correct").GetInt32());
    }

    // An HttpListener answers for its own host alone, a proxy for every one.
    private static async Task<string?> ProxyOnceAsync(TcpListener listener)
    {
        using var connection = await listener.AcceptTcpClientAsync();
        await using var stream = connection.GetStream();
        using var reader = new StreamReader(stream);
        var request = await reader.ReadLineAsync();
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Length: {Content.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(Content);
        return request;
    }

    private Dictionary<string, string> Environment(Uri? mirror = null) => new()
    {
        [CacheFolder.Variable] = _folder.Path,
        [DownloadSettings.MirrorVariable] = mirror?.AbsoluteUri ?? "",
    };
}
