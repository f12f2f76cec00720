using System.Text.Json;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Weights;

/// <summary>Folders as Hugging Face lays them out, and weights in several files.</summary>
[TestClass]
public sealed class WeightFolderTests
{
    private const string Index = "model.safetensors.index.json";

    private readonly TemporaryFolder _folder = new();
    private readonly ImageClassifierNetwork _network = new(Backbones.Named("resnet20_cifar"), 3);

    [TestCleanup]
    public void CleanUp()
    {
        _network.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void AFolderWithAModelAndItsSettingsIsLoaded()
    {
        File.WriteAllText(_folder.File("config.json"), "{}");
        WeightExport.Save(_network, _folder.File("model.safetensors"));

        var report = WeightImport.Load(_network, _folder.Path);

        Assert.HasCount(116, report.Loaded);
        Assert.AreEqual(_folder.File("model.safetensors"), report.Path);
        using var file = WeightSource.Find(_folder.Path, _network.Backbone.Spec).Open().File;
        Assert.AreEqual(_folder.File("model.safetensors"), file.Path);
    }

    [TestMethod]
    [DataRow("config.json", "is a folder without a weight file; 'model.safetensors' is looked for")]
    [DataRow("a.pth;b.pth", "is a folder with several weight files: 'a.pth', 'b.pth'. Name one of them.")]
    [DataRow("tf_model.h5;config.json", "is an HDF5 file, as Keras writes it")]
    [DataRow("data.pkl;version", "is a folder that was a PyTorch checkpoint before it was unpacked")]
    public void AFolderWithoutOneWeightFileIsAnswered(string names, string reason)
    {
        foreach (var name in names.Split(';'))
            File.WriteAllText(_folder.File(name), "");

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightFile.Open(_folder.Path));

        StringAssert.Contains(error.Message, _folder.Path);
        StringAssert.Contains(error.Message, reason);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(Index)]
    public void ShardsAreLoadedByTheirIndexOrTheirFolder(string name)
    {
        WriteShards();
        using var loaded = new ImageClassifierNetwork(_network.Backbone.Spec, 3);

        var report = WeightImport.Load(loaded, name.Length == 0 ? _folder.Path : _folder.File(name));

        Assert.HasCount(116, report.Loaded);
        foreach (var ((key, wanted), (_, found)) in _network.NamedState().Zip(loaded.NamedState()))
            CollectionAssert.AreEqual(wanted.bytes.ToArray(), found.bytes.ToArray(), key);
    }

    [TestMethod]
    [DataRow("../other.safetensors")]
    [DataRow("sub/other.safetensors")]
    [DataRow("..\\\\other.safetensors")]
    [DataRow("/etc/passwd")]
    [DataRow("C:other.safetensors")]
    [DataRow("..")]
    [DataRow("")]
    [DataRow(Index)]
    public void AShardOutsideTheFolderIsNotOpened(string name)
    {
        File.WriteAllText(_folder.File(Index), """{"weight_map":{"fc.weight":"NAME"}}""".Replace("NAME", name, StringComparison.Ordinal));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightFile.Open(_folder.File(Index)));

        StringAssert.Contains(error.Message, "but only files beside the index are opened");
    }

    [TestMethod]
    [DataRow("""{"weight_map":{"conv1.weight":"none.safetensors"}}""", "its shard 'none.safetensors' is missing")]
    [DataRow(
        """{"weight_map":{"other.weight":"first.safetensors"}}""",
        "tensor 'other.weight' should be in 'first.safetensors', but is not there")]
    [DataRow("""{"weight_map":{"conv1.weight":"first.safetensors","bn1.weight":"copy.safetensors"}}""", "is in two of its shards")]
    [DataRow("""{"weight_map":{}}""", "its 'weight_map' is empty")]
    [DataRow("""{"architectures":["ResNet"]}""", "it has no 'weight_map'")]
    [DataRow("{", "it has no 'weight_map'")]
    [DataRow("[]", "it has no 'weight_map'")]
    [DataRow("""{"weight_map":{"a":1}}""", "it has no 'weight_map'")]
    public void ABrokenIndexIsRefused(string json, string reason)
    {
        WriteShards();
        File.Copy(_folder.File("first.safetensors"), _folder.File("copy.safetensors"));
        File.WriteAllText(_folder.File(Index), json);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightFile.Open(_folder.File(Index)));

        StringAssert.StartsWith(error.Message, $"'{_folder.File(Index)}'");
        StringAssert.Contains(error.Message, reason);
    }

    [TestMethod]
    public void AStateKeyIsForPyTorchCheckpoints()
    {
        WriteShards();

        foreach (var name in (string[])[Index, "first.safetensors"])
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => WeightFile.Open(_folder.File(name), "model"));
            StringAssert.Contains(error.Message, "'--state-key'");
        }
    }

    private void WriteShards()
    {
        var state = _network.NamedState().ToList();
        WriteShard("first.safetensors", state[..50]);
        WriteShard("second.safetensors", state[50..]);
        var map = state.Select((item, index) => (item.Key, Name: index < 50 ? "first.safetensors" : "second.safetensors"))
            .ToDictionary(item => item.Key, item => item.Name);
        File.WriteAllText(_folder.File(Index), JsonSerializer.Serialize(new { metadata = new { total_size = 1 }, weight_map = map }));
    }

    private void WriteShard(string name, IEnumerable<(string Key, Tensor Tensor)> state)
    {
        using var file = File.Create(_folder.File(name));
        SafetensorsWriter.Write(file, state);
    }
}
