using MLNet.ResNetFamily.Tests.Onnx;

namespace MLNet.ResNetFamily.Tests.Cli;

[TestClass]
public sealed class ExportCommandTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    public async Task AModelBecomesAnOnnxFileAsTheOptionsSay()
    {
        var (weights, model, file) = (_folder.File("own.pth"), _folder.File("own.zip"), _folder.File("own.onnx"));
        using (var network = new ImageClassifierNetwork(Backbones.ResNet20Cifar, 3))
            WeightExport.Save(network, weights);
        await CommandLine.JsonAsync(
            Variables, "import", "--model", "resnet20_cifar", "--weights", weights, "--labels", "a,b,c", "--out", model);

        var exported = (await CommandLine.JsonAsync(
            Variables, "export", model, "--out", file, "--preprocessing", "--logits", "--float-type", "float16", "--opset", "18")).Single();

        var bytes = new FileInfo(file).Length;
        Assert.AreEqual($$"""{"backbone":"resnet20_cifar","classes":3,"path":"{{file}}","bytes":{{bytes}}}""", exported.GetRawText());
        using var session = new OnnxSession(file);
        Assert.AreEqual(("images", typeof(byte)), (session.Input.Name, session.Input.Value.ElementType));
        Assert.AreEqual("logits", session.Output.Name);
        Assert.AreEqual("""["a","b","c"]""", session.Metadata["classes"]);
    }

    private static Dictionary<string, string> Variables { get; } = [];
}
