using static MLNet.ResNetFamily.Tests.Weights.HandmadePth;

namespace MLNet.ResNetFamily.Tests.Weights;

/// <summary>
/// What training programs keep beside the weights is passed over; where a tensor depends on it, the file is refused by its name.
/// </summary>
[TestClass]
public sealed class BesideTheWeightsTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    private static IEnumerable<object[]> Values =>
    [
        ["a path", Call(Global("pathlib", "PosixPath"), Text("/"), Text("data"))],
        ["a set of Python 2 and 3", Call(Global("__builtin__", "set"), List(Number(1)))],
        ["a frozen set", FrozenSet(Number(1), Number(2))],
        ["a date", Call(Global("datetime", "datetime"), Bytes(7, 232, 1, 2, 3, 4, 5, 0, 0, 0))],
        ["an enum", Call(Global("mypackage.modes", "Mode"), Text("train"))],
        ["a nested enum", Call(Call(Global("__builtin__", "getattr"), Global("mypackage", "Settings"), Text("Mode")), Number(1))],
        ["a version", Object(Global("packaging.version", "Version"), Dict(("_key", None)))],
        ["a version that is text", Object(Global("torch.torch_version", "TorchVersion"), Dict(), Text("2.1.0"))],
        ["a settings object", Object(Global("argparse", "Namespace"), Dict(("lr", Number(1))))],
        ["a framework's dictionary", DictLike(Global("addict.addict", "Dict"), ("lr", Number(1)))],
        ["an object with keywords", ObjectWithKeywords(Global("omegaconf.dictconfig", "DictConfig"))],
        ["a list-like object", (byte[])[.. Call(Global("collections", "deque")), (byte)'(', .. Number(1), (byte)'e']],
        ["an array", Call(Global("numpy.core.multiarray", "_reconstruct"), Global("numpy", "ndarray"), Tuple(Number(0)), Bytes(98))],
        ["a number of 100 bytes", (byte[])[0x8a, 100, .. new byte[100]]],
        ["a number of 300 bytes", (byte[])[0x8b, 44, 1, 0, 0, .. new byte[300]]],
        ["bytes that can be changed", (byte[])[0x96, 2, 0, 0, 0, 0, 0, 0, 0, 1, 2]],
        ["facts about the machine", Call(Global("posix", "uname_result"), Tuple(Text("Linux")), Dict())],
        ["a class", Global("torch.optim.sgd", "SGD")],
        ["an object with tensors", Object(Global("mypackage", "Optimizer"), Dict(("momentum", Tensor(2))))],
        ["a tensor of complex numbers", Tensor("_rebuild_tensor_v2", "ComplexFloatStorage", 2)],
        ["a whole module", Object(Global("mypackage", "Loss"), Dict(("_parameters", Dict()), ("_modules", Dict())))],
    ];

    [TestMethod]
    [DynamicData(nameof(Values))]
    public void AValueBesideTheWeightsIsPassedOver(string what, byte[] value)
    {
        var weights = Dict(("fc.weight", Tensor(2, 3)));
        Write(_folder.File("a.pth"), Dict(("epoch", Number(3)), ("args", Dict(("value", value))), ("other", value), ("model", weights)));

        using var file = new PthFile(_folder.File("a.pth"));

        Assert.AreEqual("model", file.StateKey, what);
        Assert.AreEqual("3", file.Metadata["epoch"]);
        CollectionAssert.AreEqual(new[] { 1f, 1, 1, 1, 1, 1 }, file.Read("fc.weight").data<float>().ToArray());
    }

    [TestMethod]
    public void AValueAmongTheWeightsIsReportedAsNoTensor()
    {
        Write(_folder.File("a.pth"), Dict(("fc.weight", Tensor(2, 3)), ("version", Call(Global("mypackage", "Version"), Number(1)))));

        using var file = new PthFile(_folder.File("a.pth"));

        CollectionAssert.AreEqual(new[] { "version" }, file.OtherKeys.ToArray());
    }

    [TestMethod]
    public void AnArrayInPlaceOfATensorIsNamed()
    {
        using var network = new ImageClassifierNetwork(Backbones.Named("resnet20_cifar"), 3);
        var array = Call(Global("numpy.core.multiarray", "_reconstruct"), Global("numpy", "ndarray"), Tuple(Number(0)), Bytes(98));
        Write(_folder.File("a.pth"), Dict(("module.conv1.weight", array), ("module.bn1.weight", Tensor(16))));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightImport.Load(network, _folder.File("a.pth")));

        StringAssert.Contains(error.Message, "Not tensors, and not read: 'module.conv1.weight' (of 'numpy.core.multiarray._reconstruct').");
    }

    private static IEnumerable<object[]> UnreadTensors =>
    [
        ["torch._utils._rebuild_qtensor", Tensor("_rebuild_qtensor", "QInt8Storage", 2)],
        ["torch.ComplexFloatStorage", Tensor("_rebuild_tensor_v2", "ComplexFloatStorage", 2)],
        ["mypackage.Packed", Call(Global("mypackage", "Packed"), Tensor(2))],
        ["mypackage.Packed", Object(Global("mypackage", "Packed"), Dict(("data", Tensor(2))))],
        [
            "mypackage.Subclass",
            Call(
                Global("torch._tensor", "_rebuild_from_type_v2"),
                Global("torch._utils", "_rebuild_tensor_v2"), Global("mypackage", "Subclass"), Tuple(Tensor(2)), Dict()),
        ],
    ];

    [TestMethod]
    [DynamicData(nameof(UnreadTensors))]
    public void ATensorThatDependsOnAnUnknownNameIsRefusedByIt(string name, byte[] value)
    {
        Write(_folder.File("a.pth"), Dict(("model", Dict(("bn.weight", Tensor(2)), ("fc.weight", value)))));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => new PthFile(_folder.File("a.pth")));

        StringAssert.StartsWith(error.Message, $"'{_folder.File("a.pth")}'");
        StringAssert.Contains(error.Message, $"tensor 'fc.weight' is stored by way of '{name}'");
        StringAssert.Contains(error.Message, "save it as a plain tensor");
    }

    [TestMethod]
    public void ARootOfUnreadTensorsNamesTheirKind()
    {
        Write(_folder.File("a.pth"), Dict(("fc.weight", Tensor("_rebuild_qtensor", "QInt8Storage", 2))));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => new PthFile(_folder.File("a.pth")));

        StringAssert.Contains(
            error.Message,
            "'fc.weight' (of 'torch._utils._rebuild_qtensor'). Objects are not made here: save the weights as plain tensors");
    }

    [TestMethod]
    public void AParameterWithAttributesIsRead()
    {
        var plain = Tensor(2);
        var arguments = plain[Global("torch._utils", "_rebuild_tensor_v2").Length..^1];
        Write(_folder.File("a.pth"), Dict(("a", Call(
            Global("torch._tensor", "_rebuild_from_type_v2"),
            Global("torch._utils", "_rebuild_tensor_v2"), Global("torch.nn.parameter", "Parameter"), arguments,
            Dict(("note", Call(Global("mypackage", "Note"))))))));

        using var file = new PthFile(_folder.File("a.pth"));

        CollectionAssert.AreEqual(new[] { 1f, 1 }, file.Read("a").data<float>().ToArray());
    }

    [TestMethod]
    [DataRow("timm.models.resnet", "ResNet")]
    [DataRow("__main__", "Net")]
    [DataRow("torch.nn.parallel.data_parallel", "DataParallel")]
    public void AWholeModuleIsRecognizedWhateverItsLibrary(string module, string name)
    {
        var modules = Dict(("training", [0x88]), ("_parameters", Dict(("weight", Tensor(2)))), ("_modules", Dict()));
        var network = Object(Global(module, name), modules);
        Write(_folder.File("root.pth"), network);
        Write(_folder.File("inside.pth"), Dict(("epoch", Number(1)), ("model", network), ("ema", Dict(("weight", Tensor(2))))));

        var root = Assert.ThrowsExactly<InvalidDataException>(() => new PthFile(_folder.File("root.pth")));
        var inside = Assert.ThrowsExactly<InvalidDataException>(() => new PthFile(_folder.File("inside.pth")));
        using var other = new PthFile(_folder.File("inside.pth"), "ema");

        StringAssert.Contains(
            root.Message, $"it is a whole module ('{module}.{name}'), but a state_dict is needed: save 'model.state_dict()'");
        StringAssert.Contains(inside.Message, $"its 'model' is a whole module ('{module}.{name}')");
        StringAssert.Contains(inside.Message, "save 'checkpoint['model'].state_dict()'");
        StringAssert.Contains(inside.Message, "There are tensors under 'ema'");
        Assert.HasCount(1, other.Tensors);
    }

    [TestMethod]
    public void ARootThatIsNothingButAnUnknownObjectIsRefusedByItsName()
    {
        Write(_folder.File("a.pth"), Object(Global("mypackage", "Checkpoint"), Dict(("model", Dict(("fc.weight", Tensor(2)))))));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => new PthFile(_folder.File("a.pth")));

        StringAssert.Contains(error.Message, "'mypackage.Checkpoint'");
        StringAssert.Contains(error.Message, "checkpoint['model']");
    }

    [TestMethod]
    [DataRow("os", "system")]
    [DataRow("subprocess", "Popen")]
    [DataRow("builtins", "exec")]
    [DataRow("importlib", "import_module")]
    public void ANameThatReachesTheSystemIsRefusedWhereverItStands(string module, string name)
    {
        Write(_folder.File("a.pth"), Dict(("note", Call(Global(module, name), Text("x"))), ("model", Dict(("fc.weight", Tensor(2))))));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => new PthFile(_folder.File("a.pth")));

        StringAssert.Contains(error.Message, $"'{module}.{name}'");
        StringAssert.Contains(error.Message, "nothing was run");
    }

    [TestMethod]
    public void SeveralCandidatesAreListedWithTheOption()
    {
        Write(_folder.File("a.pth"), Dict(("student", Dict(("model", Dict(("w", Tensor(2)))))), ("teacher.best", Dict(("w", Tensor(2))))));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => new PthFile(_folder.File("a.pth")));
        using var nested = new PthFile(_folder.File("a.pth"), "student.model");
        using var dotted = new PthFile(_folder.File("a.pth"), "teacher.best");

        StringAssert.Contains(
            error.Message,
            "There are tensors under 'student.model', 'teacher.best': name one as 'stateKey' ('--state-key' on the command line");
        Assert.AreEqual("student.model", nested.StateKey);
        Assert.AreEqual("teacher.best", dotted.StateKey);
    }
}
