using System.IO.Compression;
using System.Text;

namespace MLNet.ResNetFamily.Tests.Weights;

[TestClass]
public sealed class ForeignFormatsTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow("a.bin", "\u0089HDF\r\n\u001a\n\0\0\0", "an HDF5 file, as Keras writes it (.h5)", "safetensors.numpy.save_file")]
    [DataRow("a.bin", "\u0093NUMPY\u0001\0v\0{", "a file of NumPy arrays", "safetensors.numpy.save_file")]
    [DataRow("model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0", "the pointer of Git LFS", "git lfs pull")]
    [DataRow("a.pth.gz", "\u001f\u008b\u0008\0", "a packed archive", "Unpack it")]
    [DataRow("a.tflite", "\u001c\0\0\0TFL3", "a file of TensorFlow or Flax", "safetensors.numpy.save_file")]
    [DataRow("saved_model.pb", "\u0008\u0001:", "a file of TensorFlow or Flax", "safetensors.numpy.save_file")]
    public void AFileOfAnotherProgramIsAnsweredWithItsNameAndWhatToDo(string name, string content, string what, string advice)
    {
        File.WriteAllBytes(_folder.File(name), Encoding.Latin1.GetBytes(content));

        AssertRefused(name, what, advice);
    }

    [TestMethod]
    [DataRow("a.zip", "config.json;metadata.json;model.weights.h5", "a Keras model (.keras)", "safetensors.numpy.save_file")]
    [DataRow("a.npz", "conv.npy;fc.npy", "a file of NumPy arrays", "safetensors.numpy.save_file")]
    [DataRow("a.zip", "TrainingInfo/Version.txt;TransformerChain/Count.key", "a model that ML.NET saved", "weights convert")]
    [DataRow("a.zip", "resnet50/weights.pth;resnet50/README.md", "a packed archive", "Unpack it")]
    public void AZipFileOfAnotherProgramIsToldByItsEntries(string name, string entries, string what, string advice)
    {
        using (var zip = ZipFile.Open(_folder.File(name), ZipArchiveMode.Create))
        {
            foreach (var entry in entries.Split(';'))
                zip.CreateEntry(entry);
        }

        AssertRefused(name, what, advice);
    }

    [TestMethod]
    public void AStateOfTorchSharpIsToldByItsContent()
    {
        using var network = new ImageClassifierNetwork(Backbones.Named("resnet20_cifar"), 10);
        network.save(_folder.File("a.bin"));

        AssertRefused("a.bin", "a state of TorchSharp's own format (.dat)", "'module.load'");
    }

    [TestMethod]
    public void ASafetensorsHeaderMayHaveAnyLength()
    {
        // The header's length, 0x8b1f, reads like the mark of gzip.
        var header = """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""".PadRight(0x8b1f);
        File.WriteAllBytes(_folder.File("a.safetensors"), [0x1f, 0x8b, 0, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(header), 7]);

        using var file = WeightFile.Open(_folder.File("a.safetensors"));

        Assert.AreEqual("a", file.Tensors.Single().Key);
    }

    private void AssertRefused(string name, string what, string advice)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightFile.Open(_folder.File(name)));

        StringAssert.StartsWith(error.Message, $"'{_folder.File(name)}' is {what}");
        StringAssert.Contains(error.Message, advice);
    }
}
