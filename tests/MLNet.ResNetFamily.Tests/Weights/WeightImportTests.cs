using System.Text.Json;
using MLNet.ResNetFamily.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Weights;

[TestClass]
public sealed class WeightImportTests
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
    [DataRow("resnet18_10class_fp16.pth")]
    [DataRow("resnet18_10class_fp16.safetensors")]
    public void HalfPrecisionResNet18GivesTheReferenceLogits(string name)
    {
        var path = Checkpoints.PathOf(name);
        using var network = new ImageClassifierNetwork(Backbones.ResNet18, 10);
        network.eval();

        var report = WeightImport.Load(network, path);

        Assert.HasCount(122, report.Loaded);
        Assert.IsEmpty(report.Missing);
        Assert.IsEmpty(report.Unused);
        Assert.IsTrue(report.IsHeadLoaded);
        using var noGradients = no_grad();
        var logits = network.call(tensor(GoldenFill.Image([2, 3, 224, 224], ""), [2, 3, 224, 224]));
        var expected = Checkpoints.Expected("resnet18_10class_fp16").GetProperty("logits").EnumerateArray()
            .SelectMany(row => row.EnumerateArray().Select(logit => logit.GetDouble()));
        foreach (var (wanted, found) in expected.Zip(logits.data<float>().ToArray()))
            Assert.AreEqual(wanted, found, 1e-4);
    }

    [TestMethod]
    public void HalfPrecisionResNet18HoldsTheValuesOfTheRule()
    {
        var path = Checkpoints.PathOf("resnet18_10class_fp16.pth");
        using var network = new ImageClassifierNetwork(Backbones.ResNet18, 10);
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Checkpoints.Shared("golden", "resnet18.json")));
        var kinds = golden.RootElement.GetProperty("state_dict").EnumerateArray()
            .ToDictionary(row => row[0].GetString()!, row => row[3].GetString()![0]);

        WeightImport.Load(network, path);

        foreach (var (key, values) in network.NamedState().Where(item => item.Tensor.dtype == ScalarType.Float32))
        {
            var expected = GoldenFill.Values(key, values.shape, kinds[key]).Select(value => (float)(Half)value).ToArray();
            CollectionAssert.AreEqual(expected, values.data<float>().ToArray(), key);
        }
    }

    [TestMethod]
    [DataRow("resnet20-12fca82f.th", "resnet20_cifar", 97)]
    [DataRow("resnet32-d509ac18.th", "resnet32_cifar", 157)]
    [DataRow("resnet44-014dd654.th", "resnet44_cifar", 217)]
    [DataRow("resnet56-4bfd9763.th", "resnet56_cifar", 277)]
    public void TheCifarCheckpointsFitTheirNetworks(string name, string backbone, int tensorCount)
    {
        var path = Checkpoints.Shared("weights", "cifar", name);
        using var network = new ImageClassifierNetwork(Backbones.Named(backbone), 10);

        var report = WeightImport.Load(network, path);

        Assert.HasCount(tensorCount, report.Loaded);
        Assert.IsEmpty(report.Unused);
        Assert.IsTrue(report.Missing.All(key => key.EndsWith("num_batches_tracked", StringComparison.Ordinal)));
        using var file = new PthFile(path);
        using var stored = file.Read("module.layer1.0.conv1.weight");
        var loaded = network.NamedState().Single(item => item.Key == "layer1.0.conv1.weight").Tensor;
        CollectionAssert.AreEqual(stored.bytes.ToArray(), loaded.bytes.ToArray());
    }

    [TestMethod]
    public void AnotherNetworkIsRefusedWithTheFirstTenMisfitsAndTheCount()
    {
        using var source = new ImageClassifierNetwork(Backbones.Named("resnet32_cifar"), 10);
        using var network = new ImageClassifierNetwork(Small, 10);
        WeightExport.Save(source, _folder.File("a.safetensors"));
        var before = Bytes(network);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightImport.Load(network, _folder.File("a.safetensors")));

        StringAssert.StartsWith(error.Message, $"'{_folder.File("a.safetensors")}' does not fit 'resnet20_cifar'");
        StringAssert.Contains(error.Message, "'layer1.3.conv1.weight' has no place in it");
        StringAssert.Contains(error.Message, "(60 in all)");
        StringAssert.Contains(error.Message, "skip");
        CollectionAssert.AreEqual(before, Bytes(network));
    }

    [TestMethod]
    public void AHeadOfAnotherClassCountIsRefusedUnlessItIsAllowed()
    {
        using var source = new ImageClassifierNetwork(Small, 10);
        using var network = new ImageClassifierNetwork(Small, 4);
        WeightExport.Save(source, _folder.File("a.pth"));
        var head = network.Head.parameters().First().bytes.ToArray();

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightImport.Load(network, _folder.File("a.pth")));
        var report = WeightImport.Load(network, _folder.File("a.pth"), head: HeadImport.IfClassCountFits);

        StringAssert.Contains(
            error.Message,
            "it tells 10 classes apart, but 4 are asked for (tensor 'linear.weight' has shape [10, 64], but [4, 64] is needed)");
        Assert.DoesNotContain("HeadImport", error.Message);
        Assert.DoesNotContain("skip", error.Message);
        StringAssert.Contains(report.ToString(), "the classifier is not from the file");
        CollectionAssert.AreEquivalent(new[] { "linear.weight", "linear.bias" }, report.Skipped.ToArray());
        Assert.IsFalse(report.IsHeadLoaded);
        CollectionAssert.AreEqual(head, network.Head.parameters().First().bytes.ToArray());
        AssertSame(source.Backbone.NamedState(), network.Backbone.NamedState());
    }

    [TestMethod]
    [DataRow(HeadImport.Required, true)]
    [DataRow(HeadImport.IfClassCountFits, true)]
    [DataRow(HeadImport.Skipped, false)]
    public void AHeadThatFitsIsLoadedUnlessItIsToBeSkipped(HeadImport head, bool isLoaded)
    {
        using var source = new ImageClassifierNetwork(Small, 10);
        using var network = new ImageClassifierNetwork(Small, 10);
        WeightExport.Save(source, _folder.File("a.pth"));

        var report = WeightImport.Load(network, _folder.File("a.pth"), head: head);

        Assert.AreEqual(isLoaded, report.IsHeadLoaded);
        Assert.AreEqual(isLoaded, source.Head.parameters().First().bytes.SequenceEqual(network.Head.parameters().First().bytes));
    }

    [TestMethod]
    public void ABackboneTakesAFileWhoseHeadIsSkippedByName()
    {
        using var source = new ImageClassifierNetwork(Small, 10);
        using var backbone = Small.Build();
        WeightExport.Save(source, _folder.File("a.safetensors"));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightImport.Load(backbone, _folder.File("a.safetensors")));
        var report = WeightImport.Load(backbone, _folder.File("a.safetensors"), skip: ["linear.*"]);

        StringAssert.Contains(error.Message, "'linear.weight' has no place in it");
        CollectionAssert.AreEquivalent(new[] { "linear.weight", "linear.bias" }, report.Skipped.ToArray());
        AssertSame(source.Backbone.NamedState(), backbone.NamedState());
    }

    [TestMethod]
    public void ASkipThatStandsForNothingIsAnError()
    {
        using var network = new ImageClassifierNetwork(Small, 10);
        WeightExport.Save(network, _folder.File("a.safetensors"));

        var error = Assert.ThrowsExactly<ArgumentException>(
            () => WeightImport.Load(network, _folder.File("a.safetensors"), skip: ["fc.weight"]));

        StringAssert.Contains(error.Message, "'fc.weight'");
    }

    [TestMethod]
    public void ATensorOfThatShapeButAnotherKindIsRefused()
    {
        using var network = new ImageClassifierNetwork(Small, 10);
        var state = network.NamedState().Select(item => item.Key == "bn1.weight" ? (item.Key, item.Tensor.to(ScalarType.Int32)) : item);
        using (var file = File.Create(_folder.File("a.safetensors")))
            SafetensorsWriter.Write(file, state);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightImport.Load(network, _folder.File("a.safetensors")));

        StringAssert.Contains(error.Message, "tensor 'bn1.weight' holds Int32, but Float32 is needed");
    }

    [TestMethod]
    public void AWrongChecksumIsFoundBeforeAnythingIsChanged()
    {
        using var source = new ImageClassifierNetwork(Small, 10);
        using var network = new ImageClassifierNetwork(Small, 10);
        WeightExport.Save(source, _folder.File("a.pth"));
        var bytes = File.ReadAllBytes(_folder.File("a.pth"));
        bytes[bytes.Length * 3 / 4] ^= 1;
        File.WriteAllBytes(_folder.File("a.pth"), bytes);
        var before = Bytes(network);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightImport.Load(network, _folder.File("a.pth")));

        StringAssert.Contains(error.Message, "checksum");
        CollectionAssert.AreEqual(before, Bytes(network));
    }

    [TestMethod]
    public void DoublePrecisionAndBrainFloatsAreConverted()
    {
        using var source = new ImageClassifierNetwork(Small, 10);
        using var network = new ImageClassifierNetwork(Small, 10);
        using (var file = File.Create(_folder.File("a.safetensors")))
        {
            SafetensorsWriter.Write(file, source.NamedState().Select(item =>
                (item.Key, item.Tensor.is_floating_point() ? item.Tensor.to(ScalarType.Float64) : item.Tensor)));
        }

        WeightImport.Load(network, _folder.File("a.safetensors"));

        AssertSame(source.NamedState(), network.NamedState());
    }

    [TestMethod]
    public void TheSelectedStateDictOfATrainingCheckpointIsLoaded()
    {
        using var network = new ImageClassifierNetwork(Small, 10);
        WeightExport.Save(network, _folder.File("plain.pth"));
        PythonTorch.Run(
            """
            state = torch.load(sys.argv[1])
            ema = {"_orig_mod.module." + key: value + 1 for key, value in state.items()}
            ema["n_averaged"] = torch.tensor(5)
            torch.save({"epoch": 3, "state_dict": {"module." + key: value for key, value in state.items()}, "model_ema": ema}, sys.argv[2])
            """,
            _folder.File("plain.pth"), _folder.File("training.pth"));
        using var averaged = new ImageClassifierNetwork(Small, 10);
        using var plain = new ImageClassifierNetwork(Small, 10);

        WeightImport.Load(plain, _folder.File("training.pth"));
        using var file = new PthFile(_folder.File("training.pth"), "model_ema");
        var report = WeightImport.Load(averaged, file);

        AssertSame(network.NamedState(), plain.NamedState());
        AssertSame(network.NamedState().Select(item => (item.Key, item.Tensor.detach() + 1)), averaged.NamedState());
        CollectionAssert.AreEqual(new[] { "n_averaged" }, report.Unused.ToArray());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(7)]
    [DataRow(16)]
    public void RgbWeightsAdaptToOtherChannelCountsAsTimmDoesIt(int channels)
    {
        using var source = new ImageClassifierNetwork(Small, 10);
        using var network = new ImageClassifierNetwork(Small with { InputChannels = channels }, 10);
        WeightExport.Save(source, _folder.File("a.safetensors"));

        Assert.ThrowsExactly<InvalidDataException>(() => WeightImport.Load(network, _folder.File("a.safetensors")));
        var report = WeightImport.Load(network, _folder.File("a.safetensors"), adaptInputChannels: true);

        // timm's adapt_input_conv, written out.
        var (rgb, found) = (First(source), First(network));
        for (var channel = 0; channel < channels; channel++)
        {
            var expected = channels == 1 ? rgb.sum(1) : rgb.select(1, channel % 3) * (3.0 / channels);
            Assert.IsLessThan(1e-6f, (expected - found.select(1, channel)).abs().max().item<float>());
        }
        Assert.AreEqual("conv1.weight", report.AdaptedConvolution);
        StringAssert.Contains($"{report}", $"; 'conv1.weight' is adapted from 3 to {channels} channels");
    }

    [TestMethod]
    public void APointwiseConvolutionServesAsTheClassifierAndTheOtherWayRound()
    {
        using var network = new ImageClassifierNetwork(Small, 10);
        using var linear = new ImageClassifierNetwork(Small, 10);
        var state = network.NamedState().Select(item => item.Key == "linear.weight" ? (item.Key, item.Tensor.reshape(10, 64, 1, 1)) : item);
        using (var file = File.Create(_folder.File("a.safetensors")))
            SafetensorsWriter.Write(file, state);

        WeightImport.Load(linear, _folder.File("a.safetensors"));

        AssertSame(network.NamedState(), linear.NamedState());
    }

    private static Tensor First(ImageClassifierNetwork network) =>
        network.NamedState().Single(item => item.Key == "conv1.weight").Tensor.detach();

    private static byte[] Bytes(ImageClassifierNetwork network) =>
        [.. network.NamedState().SelectMany(item => item.Tensor.bytes.ToArray())];

    private static void AssertSame(IEnumerable<(string Key, Tensor Tensor)> expected, IEnumerable<(string Key, Tensor Tensor)> found)
    {
        foreach (var ((key, wanted), (otherKey, values)) in expected.Zip(found))
        {
            Assert.AreEqual(key, otherKey);
            CollectionAssert.AreEqual(wanted.bytes.ToArray(), values.bytes.ToArray(), key);
        }
    }
}
