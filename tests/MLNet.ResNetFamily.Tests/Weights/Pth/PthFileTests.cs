namespace MLNet.ResNetFamily.Tests.Weights;

[TestClass]
public sealed class PthFileTests
{
    // What the hostile files would create if any of their code ran.
    private const string Footprint = "/tmp/pwned";

    [TestCleanup]
    public void NothingOfAFileWasRun() => Assert.IsFalse(File.Exists(Footprint), $"'{Footprint}' exists: a checkpoint's code was run");

    [TestMethod]
    [DataRow("tiny_zip.pth", "tiny_zip.pth")]
    [DataRow("tiny_legacy.pth", "tiny_legacy.pth")]
    [DataRow("good_deflated_zip.pth", "tiny_zip.pth")]
    [DataRow("checkpoint_with_numpy_scalars.pth", "tiny_zip.pth")]
    public void AStateDictIsReadToTheBit(string name, string expected)
    {
        using var file = WeightFile.Open(Checkpoints.PathOf(name));

        Checkpoints.AssertHolds(file, Checkpoints.Expected(expected));
    }

    [TestMethod]
    [DataRow("training_checkpoint_zip.pth")]
    [DataRow("training_checkpoint_legacy.pth")]
    public void ATrainingCheckpointGivesItsStateDictAndItsFacts(string name)
    {
        var expected = Checkpoints.Expected(name);

        using var file = new PthFile(Checkpoints.PathOf(name));

        Checkpoints.AssertHolds(file, expected.GetProperty("state_dict"));
        Assert.AreEqual("state_dict", file.StateKey);
        Assert.AreEqual("7", file.Metadata["epoch"]);
        Assert.AreEqual("tiny", file.Metadata["arch"]);
        Assert.AreEqual("71.5", file.Metadata["best_acc1"]);
    }

    [TestMethod]
    public void TheTwoFilesOfResNet18HoldTheSameBytes()
    {
        using var pth = WeightFile.Open(Checkpoints.PathOf("resnet18_10class_fp16.pth"));
        using var safetensors = WeightFile.Open(Checkpoints.PathOf("resnet18_10class_fp16.safetensors"));

        Assert.HasCount(122, pth.Tensors);
        foreach (var tensor in pth.Tensors)
        {
            Assert.AreEqual(tensor.DataType, safetensors[tensor.Key].DataType);
            CollectionAssert.AreEqual(tensor.Shape.ToArray(), safetensors[tensor.Key].Shape.ToArray());
            CollectionAssert.AreEqual(
                Checkpoints.Elements(pth, tensor), Checkpoints.Elements(safetensors, safetensors[tensor.Key]), tensor.Key);
        }
    }

    [TestMethod]
    [DataRow("resnet20-12fca82f.th", 97)]
    [DataRow("resnet56-4bfd9763.th", 277)]
    public void TheCifarCheckpointsAreRead(string name, int tensorCount)
    {
        var path = Checkpoints.Shared("weights", "cifar", name);

        using var file = new PthFile(path);
        Checkpoints.ReadAll(path);

        Assert.HasCount(tensorCount, file.Tensors);
        Assert.AreEqual("state_dict", file.StateKey);
        Assert.IsTrue(file.Tensors.All(tensor => tensor.Key.StartsWith("module.", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("hostile_os_system_zip.pth", "'posix.system'")]
    [DataRow("hostile_os_system_legacy.pth", "'posix.system'")]
    [DataRow("hostile_bare_pickle.pth", "'posix.system'")]
    [DataRow("hostile_eval_beside_good_state_dict.pth", "'__builtin__.eval'")]
    [DataRow("hostile_zip_slip.pth", "'../../../../tmp/pwned'")]
    [DataRow("hostile_deflated_bomb.pth", "inflate to")]
    [DataRow("whole_module_pickle.pth", "a state_dict is needed")]
    [DataRow("torchscript_archive.pt", "a state_dict is needed")]
    [DataRow("bad_empty.pth", "it has only 0 bytes")]
    [DataRow("bad_text.pth", "neither a zip file nor a pickle")]
    [DataRow("bad_truncated_zip.pth", "cut off")]
    [DataRow("bad_truncated_legacy.pth", "cut off")]
    [DataRow("bad_truncated_last_byte_legacy.pth", "cut off")]
    [DataRow("bad_no_data_pkl.pth", "'tiny_zip/data.pkl' is missing")]
    [DataRow("bad_storage_missing.pth", "'tiny_zip/data/2'")]
    [DataRow("bad_storage_too_short.pth", "has 860 bytes, but should have 864")]
    [DataRow("bad_bitflip_pickle.pth", "checksum")]
    [DataRow("bad_bitflip_tensor_data.pth", "checksum")]
    [DataRow("bad_bitflip_central_directory.pth", "end record")]
    public void AHostileOrBrokenFileIsRefusedWithItsPathAndTheReason(string name, string reason)
    {
        var path = Checkpoints.PathOf(name);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Checkpoints.ReadAll(path));

        StringAssert.StartsWith(error.Message, $"'{path}'");
        StringAssert.Contains(error.Message, reason);
        Assert.IsLessThan(8 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void AStateKeyThatIsNotThereIsAnsweredWithTheKeysThatAre()
    {
        var path = Checkpoints.PathOf("training_checkpoint_zip.pth");

        var error = Assert.ThrowsExactly<InvalidDataException>(() => new PthFile(path, "state_dict_ema"));

        StringAssert.Contains(error.Message, "'state_dict_ema'");
        StringAssert.Contains(error.Message, "'optimizer'");
    }
}
