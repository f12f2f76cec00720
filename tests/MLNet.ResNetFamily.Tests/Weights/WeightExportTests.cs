using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Weights;

[TestClass]
public sealed class WeightExportTests
{
    private static readonly BackboneSpec Small = Backbones.Named("resnet20_cifar");

    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    [TestCleanup]
    public void CleanUp()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void TheMetadataOfASafetensorsFileSayWhatTheNetworkIs()
    {
        using var network = new ImageClassifierNetwork(Small, 3);
        var preprocessing = Small.Preprocessing with { Mean = [0.1f, 0.2f, 0.3f], Interpolation = Interpolation.Bicubic };

        WeightExport.Save(network, _folder.File("a.safetensors"), classNames: ["cat", "naïve dog", "\"x\""], preprocessing: preprocessing);

        using var file = new SafetensorsFile(_folder.File("a.safetensors"));
        Assert.AreEqual("pt", file.Metadata["format"]);
        Assert.AreEqual("resnet20_cifar", file.Metadata["backbone"]);
        CollectionAssert.AreEqual(new[] { "cat", "naïve dog", "\"x\"" }, JsonSerializer.Deserialize<string[]>(file.Metadata["classes"]));
        Assert.AreEqual(preprocessing, WeightMetadata.Preprocessing(file));
    }

    [TestMethod]
    public void TorchReadsAPthFileOfANetworkToTheBit()
    {
        using var network = new ImageClassifierNetwork(Small, 10);

        WeightExport.Save(network, _folder.File("a.pth"));

        var seen = PythonTorch.Run(
            """
            for key, value in torch.load(sys.argv[1], weights_only=True).items():
                print(key, value.dtype, list(value.shape), value.reshape(-1).view(torch.uint8).numpy().tobytes().hex())
            """, _folder.File("a.pth"));
        Assert.AreEqual(Written(network.NamedState()), seen);
    }

    [TestMethod]
    public void ASafetensorsFileOfANetworkHasItsBytesWhereTheHeaderSays()
    {
        using var network = new ImageClassifierNetwork(Small, 10);

        WeightExport.Save(network, _folder.File("a.safetensors"));

        // Read from the description of the format alone, in another language.
        var seen = PythonTorch.Run(
            """
            data = open(sys.argv[1], "rb").read()
            length, = struct.unpack("<Q", data[:8])
            header = json.loads(data[8:8 + length])
            names = {"F32": torch.float32, "I64": torch.int64}
            for key, entry in header.items():
                if key != "__metadata__":
                    begin, end = entry["data_offsets"]
                    value = torch.frombuffer(bytearray(data[8 + length + begin:8 + length + end]), dtype=names[entry["dtype"]])
            """ + """
            .reshape(entry["shape"])
                    print(key, value.dtype, list(value.shape), value.reshape(-1).view(torch.uint8).numpy().tobytes().hex())
            """, _folder.File("a.safetensors"));
        Assert.AreEqual(Written(network.NamedState()), seen);
    }

    [TestMethod]
    [DataRow(ScalarType.Float16, "half")]
    [DataRow(ScalarType.BFloat16, "bfloat16")]
    public void RoundedWeightsAreTorchsRounding(ScalarType type, string method)
    {
        using var network = new ImageClassifierNetwork(Small, 10);

        WeightExport.Save(network, _folder.File("full.pth"));
        WeightExport.Save(network, _folder.File("short.pth"), type);
        using (var file = WeightFile.Open(_folder.File("full.pth")))
            WeightExport.Convert(file, _folder.File("converted.pth"), type);

        CollectionAssert.AreEqual(File.ReadAllBytes(_folder.File("short.pth")), File.ReadAllBytes(_folder.File("converted.pth")));
        Assert.AreEqual("ok\n", PythonTorch.Run(
            $$"""
            full, short = (torch.load(path, weights_only=True) for path in sys.argv[1:3])
            assert all(short[key].equal(value.{{method}}() if value.is_floating_point() else value) for key, value in full.items())
            assert full.keys() == short.keys()
            print("ok")
            """, _folder.File("full.pth"), _folder.File("short.pth")));
    }

    [TestMethod]
    public void BothFormatsConvertIntoEachOther()
    {
        using var network = new ImageClassifierNetwork(Small, 10);
        WeightExport.Save(network, _folder.File("a.pth"));

        using (var file = WeightFile.Open(_folder.File("a.pth")))
            WeightExport.Convert(file, _folder.File("b.safetensors"));
        using (var file = WeightFile.Open(_folder.File("b.safetensors")))
            WeightExport.Convert(file, _folder.File("c.pth"));

        CollectionAssert.AreEqual(File.ReadAllBytes(_folder.File("a.pth")), File.ReadAllBytes(_folder.File("c.pth")));
    }

    [TestMethod]
    public void AValueBeyondHalfPrecisionIsRefusedAndLeavesThePreviousFile()
    {
        using var network = new ImageClassifierNetwork(Small, 10);
        WeightExport.Save(network, _folder.File("a.pth"));
        var before = File.ReadAllBytes(_folder.File("a.pth"));
        using (no_grad())
            network.NamedState().Single(item => item.Key == "bn1.running_var").Tensor.fill_(70_000);

        var error = Assert.ThrowsExactly<InvalidOperationException>(
            () => WeightExport.Save(network, _folder.File("a.pth"), ScalarType.Float16));

        StringAssert.Contains(error.Message, "'bn1.running_var'");
        StringAssert.Contains(error.Message, "70000");
        StringAssert.Contains(error.Message, "BFloat16");
        CollectionAssert.AreEqual(before, File.ReadAllBytes(_folder.File("a.pth")));
        Assert.HasCount(1, Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    public void AFolderThatIsNotThereIsNamed()
    {
        using var network = new ImageClassifierNetwork(Small, 10);
        var path = Path.Combine(_folder.Path, "missing", "a.pth");

        var error = Assert.Throws<IOException>(() => WeightExport.Save(network, path));

        StringAssert.Contains(error.Message, path);
    }

    [TestMethod]
    public void AnUnknownExtensionListsTheKnownOnes()
    {
        using var network = new ImageClassifierNetwork(Small, 10);

        var error = Assert.ThrowsExactly<ArgumentException>(() => WeightExport.Save(network, _folder.File("a.onnx")));

        StringAssert.Contains(error.Message, "'.onnx'");
        StringAssert.Contains(error.Message, ".safetensors, .pth");
    }

    [TestMethod]
    public void ClassNamesMustFitTheClassCount()
    {
        using var network = new ImageClassifierNetwork(Small, 10);

        var error = Assert.ThrowsExactly<ArgumentException>(() => WeightExport.Save(network, _folder.File("a.pth"), classNames: ["cat"]));

        StringAssert.Contains(error.Message, "10 classes");
    }

    private static string Written(IEnumerable<(string Key, Tensor Tensor)> state) => string.Concat(state.Select(item =>
        $"{item.Key} torch.{item.Tensor.dtype.ToString().ToLowerInvariant()} [{string.Join(", ", item.Tensor.shape)}] " +
        $"{Convert.ToHexStringLower(item.Tensor.bytes)}\n"));
}
