using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Weights;

[TestClass]
public sealed class PthWriterTests
{
    // Prints each tensor as key, type, shape and bytes in hexadecimal digits.
    private const string Dump = """
        def show(state):
            for key, value in state.items():
                raw = value.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes() if value.numel() else b""
                print(key, str(value.dtype)[6:], list(value.shape), raw.hex())
        """;

    [TestMethod]
    public void TorchReadsEveryTypeToTheBit()
    {
        using var folder = new TemporaryFolder();
        using var source = new SafetensorsFile(Checkpoints.PathOf("all_dtypes.safetensors"));
        var tensors = source.Tensors
            .Select(tensor => new TensorToWrite(tensor, take => take(Checkpoints.Elements(source, tensor))))
            .ToList();
        using (var file = File.Create(folder.File("all.pth")))
            PthWriter.Write(file, tensors);

        var seen = PythonTorch.Run(Dump + "\nshow(torch.load(sys.argv[1], weights_only=True))", folder.File("all.pth"));

        var expected = source.Tensors.Select(tensor =>
            $"{tensor.Key} {Name(tensor.DataType)} [{string.Join(", ", tensor.Shape)}] " +
            Convert.ToHexStringLower(Checkpoints.Elements(source, tensor)));
        CollectionAssert.AreEqual(expected.ToArray(), seen.TrimEnd('\n').Split('\n'));
    }

    [TestMethod]
    public void OurReaderReadsOurFile()
    {
        using var folder = new TemporaryFolder();
        using var source = new SafetensorsFile(Checkpoints.PathOf("all_dtypes.safetensors"));
        using (var file = File.Create(folder.File("all.pth")))
        {
            var tensors = source.Tensors.Select(
                tensor => new TensorToWrite(tensor, take => take(Checkpoints.Elements(source, tensor))));
            PthWriter.Write(file, [.. tensors]);
        }

        using var read = new PthFile(folder.File("all.pth"));

        Checkpoints.AssertHolds(read, Checkpoints.Expected("all_dtypes.safetensors").GetProperty("tensors"));
    }

    [TestMethod]
    public void EachStorageBeginsAtAMultipleOf64()
    {
        using var stream = new MemoryStream();
        PthWriter.Write(stream, [Bytes("a", 1), Bytes("b", 65), Bytes("c", 64)]);
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.pth"), stream.ToArray());
        using var handle = File.OpenHandle(folder.File("a.pth"));

        var directory = new ZipDirectory(handle, "a.pth");

        Assert.IsTrue(directory.Entries.All(entry => entry.Offset % 64 == 0));
        Assert.HasCount(6, directory.Entries);
    }

    [TestMethod]
    public void TwoTensorsOfOneNameAreRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => PthWriter.Write(new MemoryStream(), [Bytes("a", 1), Bytes("a", 1)]));

        StringAssert.Contains(error.Message, "'a'");
    }

    [TestMethod]
    public void WhatTorchWritesIsReadToTheBit()
    {
        using var folder = new TemporaryFolder();
        var seen = PythonTorch.Run(
            Dump + """

            torch.manual_seed(1)
            base = torch.randn(4, 6)
            state = {"a": torch.randn(3, 2, 5, 5).to(memory_format=torch.channels_last), "b": base.t(), "c": base[:, 2], "d": base[1:, ::2],
                     "e": torch.randn(1).expand(3, 4), "f": torch.randn(7).half(), "g": torch.randn(7).bfloat16(),
            """ + """
             "h": torch.tensor(3), "i": torch.zeros(0, 2),
                     "j": torch.randn(5).double(), "k": torch.randint(-9, 9, (3,), dtype=torch.int8), "l": torch.tensor([True, False])}
            torch.save({"epoch": 3, "model": state}, sys.argv[1])
            torch.save({"epoch": 3, "model": state}, sys.argv[2], _use_new_zipfile_serialization=False)
            show(state)
            """,
            folder.File("zip.pth"), folder.File("legacy.pth"));

        foreach (var name in (string[])["zip.pth", "legacy.pth"])
        {
            using var file = new PthFile(folder.File(name));
            var read = file.Tensors.Select(tensor =>
                $"{tensor.Key} {Name(tensor.DataType)} [{string.Join(", ", tensor.Shape)}] " +
                Convert.ToHexStringLower(Checkpoints.Elements(file, tensor)));
            CollectionAssert.AreEqual(seen.TrimEnd('\n').Split('\n'), read.ToArray());
            Assert.AreEqual("model", file.StateKey);
        }
    }

    [TestMethod]
    public void AProtocol4PickleIsRead()
    {
        using var folder = new TemporaryFolder();
        PythonTorch.Run("torch.save({'weight': torch.arange(3.0)}, sys.argv[1], pickle_protocol=4)", folder.File("a.pth"));

        using var file = new PthFile(folder.File("a.pth"));

        CollectionAssert.AreEqual(new[] { 0f, 1, 2 }, file.Read("weight").data<float>().ToArray());
    }

    private static TensorToWrite Bytes(string key, int count) =>
        new(new StoredTensor(key, ScalarType.Byte, [count]), take => take(new byte[count]));

    private static string Name(ScalarType type) => type == ScalarType.Byte ? "uint8" : type.ToString().ToLowerInvariant();
}
