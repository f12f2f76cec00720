using Google.Protobuf;
using MLNet.ResNetFamily.OnnxFormat;
using static MLNet.ResNetFamily.Tests.Weights.Onnx.OnnxModels;

namespace MLNet.ResNetFamily.Tests.Weights.Onnx;

[TestClass]
public sealed class OnnxWeightFileTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public void TheValuesOfEveryTypeAreRead()
    {
        using var file = WeightFile.Open(OfEveryKind().Save(_folder));

        CollectionAssert.AreEqual(new[] { 1f, -0f, 3.5f, float.NegativeInfinity }, Values<float>(file, "raw"));
        CollectionAssert.AreEqual(new[] { 0.5f, 1.5f, -2f }, Values<float>(file, "float"));
        CollectionAssert.AreEqual(new[] { Math.PI }, Values<double>(file, "double"));
        CollectionAssert.AreEqual(new[] { long.MinValue, 7 }, Values<long>(file, "long"));
        CollectionAssert.AreEqual(new[] { -5, int.MaxValue }, Values<int>(file, "int"));
        CollectionAssert.AreEqual(new[] { (short)-300 }, Values<short>(file, "short"));
        CollectionAssert.AreEqual(new[] { (sbyte)-3 }, Values<sbyte>(file, "sbyte"));
        CollectionAssert.AreEqual(new[] { (byte)200 }, Values<byte>(file, "byte"));
        CollectionAssert.AreEqual(new[] { true, false }, Values<bool>(file, "bool"));
        CollectionAssert.AreEqual(new[] { (Half)1.5f }, Values<Half>(file, "half"));
        CollectionAssert.AreEqual(new byte[] { 0xc0, 0x3f }, Checkpoints.Elements(file, file["bfloat"]));
        CollectionAssert.AreEqual(new[] { 4f }, Values<float>(file, "scalar"));
        Assert.AreEqual("[0, 3]", Shapes.Text(file["empty"].Shape));
        CollectionAssert.AreEqual(new[] { "words" }, file.OtherKeys.ToArray());
    }

    [TestMethod]
    public void TheInitializersOfAnExportedNetworkLoadUnderTheirNames()
    {
        using var network = new ImageClassifierNetwork(Backbones.ResNet20Cifar, 10);
        using var other = new ImageClassifierNetwork(Backbones.ResNet20Cifar, 10);
        var state = network.NamedState().Where(entry => !entry.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal));
        var path = Model([.. state.Select(entry => Raw(entry.Key, 1, entry.Tensor.shape, entry.Tensor.data<float>().ToArray()))])
            .Save(_folder);

        var report = WeightImport.Load(other, path);

        Assert.IsTrue(report.IsHeadLoaded);
        foreach (var ((key, wanted), (_, loaded)) in network.NamedState().Zip(other.NamedState()))
            Assert.IsTrue(wanted.eq(loaded).all().item<bool>(), key);
    }

    [TestMethod]
    public void AFileOfOursSaysHowItsImagesArePrepared()
    {
        using var network = new ImageClassifierNetwork(Backbones.ResNet20Cifar, 10);
        var preprocessing = new Preprocessing { ImageSize = 48, ResizeSize = 50 };
        var model = Model(Raw("a", 1, [1], 1f));
        foreach (var (key, value) in WeightMetadata.Of(network.Backbone.Spec, null, preprocessing))
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });

        using var file = WeightFile.Open(model.Save(_folder));

        Assert.AreEqual(preprocessing, WeightMetadata.Preprocessing(file));
    }

    [TestMethod]
    public void AFileThatIsCutOffIsRefused()
    {
        var path = OfEveryKind().Save(_folder);
        using (var file = new FileStream(path, FileMode.Open))
            file.SetLength(file.Length - 5);

        AssertRefused(path, "it is cut off or garbled", "Fetch or export the file again");
    }

    [TestMethod]
    public void AModelWithoutAGraphIsRefused() =>
        AssertRefused(new ModelProto { IrVersion = 8, ProducerName = "tests" }.Save(_folder), "it holds no graph");

    [TestMethod]
    public void AnEmptyFileIsRefused() => AssertRefused(new ModelProto().Save(_folder), "it holds no graph");

    [TestMethod]
    public void ANameThatStandsTwiceIsRefused() =>
        AssertRefused(Model(Raw("a", 1, [1], 1f), Raw("a", 1, [1], 2f)).Save(_folder), "the initializer 'a' stands in it twice");

    [TestMethod]
    [DataRow(-1L, "the impossible shape")]
    [DataRow(long.MaxValue, "the impossible shape")]
    [DataRow(3L, "needs 12 bytes, but has 8")]
    [DataRow(1L, "needs 4 bytes, but has 8")]
    public void AShapeThatIsNotThatOfTheValuesIsRefused(long size, string fault) =>
        AssertRefused(Model(Raw("a", 1, [size], 1f, 2f)).Save(_folder), "the initializer 'a'", fault);

    [TestMethod]
    public void ValuesInTwoFieldsAreRefused() => AssertRefused(
        Model(new TensorProto { Name = "a", DataType = 1, Dims = { 1 }, FloatData = { 1f }, RawData = ByteString.CopyFrom(0, 0, 0, 0) })
            .Save(_folder), "the initializer 'a'", "has 8");

    [TestMethod]
    public void ValuesInTheFieldOfAnotherTypeAreRefused() => AssertRefused(
        Model(new TensorProto { Name = "a", DataType = 7, Dims = { 1 }, DoubleData = { 1 } }).Save(_folder), "the initializer 'a'");

    [TestMethod]
    public void ValuesInAnotherFileAreNotFollowed() => AssertRefused(
        Model(new TensorProto { Name = "a", DataType = 1, Dims = { 1 }, DataLocation = TensorProto.Types.DataLocation.External })
            .Save(_folder), "the values of 'a' stand in another file", "save_as_external_data=False");

    [TestMethod]
    public void SparseInitializersAreRefused()
    {
        var model = Model(Raw("a", 1, [1], 1f));
        model.Graph.SparseInitializer.Add(new SparseTensorProto { Values = Raw("b", 1, [1], 1f) });

        AssertRefused(model.Save(_folder), "sparse initializers", "Export the model with dense ones");
    }

    [TestMethod]
    public void AFileByTheNameAloneIsRefusedAsWhatItIsCalled()
    {
        File.WriteAllText(_folder.File("a.onnx"), "no model at all");

        AssertRefused(_folder.File("a.onnx"), "it is cut off or garbled");
    }

    [TestMethod]
    public void AnOnnxModelHasNothingUnderAKey()
    {
        var path = OfEveryKind().Save(_folder);

        var error = Assert.ThrowsExactly<ArgumentException>(() => WeightFile.Open(path, "model"));

        StringAssert.Contains(error.Message, "'model'");
    }

    private static void AssertRefused(string path, params string[] words)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightFile.Open(path));

        StringAssert.StartsWith(error.Message, $"'{path}' is not a sound ONNX model: ");
        foreach (var word in words)
            StringAssert.Contains(error.Message, word);
    }

    private static T[] Values<T>(WeightFile file, string key) where T : struct
    {
        var elements = Checkpoints.Elements(file, file[key]);
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(elements).ToArray();
    }
}
