using System.Globalization;
using System.Runtime.InteropServices;
using MLNet.ResNetFamily.Golden;
using MLNet.ResNetFamily.Tests.Weights;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Analysis;

[TestClass]
public sealed class GradCamTests
{
    private const int ImageSize = 96;

    // Hooks and a full backward pass, as the paper's authors do it.
    private const string PyTorchGradCam = """
        import torchvision
        weights, image, chosen = sys.argv[1], sys.argv[2], int(sys.argv[3])
        net = torchvision.models.resnet18(num_classes=1000)
        net.load_state_dict(torch.load(weights)); net.eval()
        x = torch.frombuffer(bytearray(open(image, 'rb').read()), dtype=torch.float32).reshape(1, 3, 96, 96).clone()
        seen = {}
        def keep(module, inputs, output):
            seen['maps'] = output
            output.register_hook(lambda gradient: seen.update(gradient=gradient))
        net.layer4.register_forward_hook(keep)
        logits = net(x)
        net.zero_grad()
        logits[0, chosen].backward()
        heat = torch.relu((seen['gradient'].mean((2, 3), keepdim=True) * seen['maps']).sum(1))[0]
        print(*(heat / (heat.max() if heat.max() > 0 else 1)).flatten().tolist())
        """;

    [TestMethod]
    [DataRow(3, 0f)]        // nothing speaks for this class
    [DataRow(700, 1f)]
    public void GoldenNetworkLooksWherePyTorchLooks(int classIndex, float hottest)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var network = GoldenResNet18();
        WeightExport.Save(network, folder.File("resnet18.pth"));
        var pixels = GoldenFill.Image([1, 3, ImageSize, ImageSize], "");
        File.WriteAllBytes(folder.File("image"), MemoryMarshal.AsBytes(pixels.AsSpan()).ToArray());

        var answer = GradCam.Run(network, Tensor(pixels), classIndex);

        var expected = PythonTorch.Run(PyTorchGradCam, folder.File("resnet18.pth"), folder.File("image"), classIndex.ToString(
            CultureInfo.InvariantCulture))
            .Split(' ').Select(value => float.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        Assert.AreEqual(hottest, expected.Max());
        Assert.HasCount(expected.Length, answer.Heat);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], answer.Heat[i], 1e-4f, $"at {i}");
    }

    [TestMethod]
    public void ImageIsExplainedAloneAsInABatch()
    {
        using var scope = NewDisposeScope();
        using var network = GoldenResNet18();
        var pixels = GoldenFill.Image([3, 3, ImageSize, ImageSize], "");

        var together = GradCam.Run(network, Tensor(pixels));
        var alone = GradCam.Run(network, Tensor(pixels).narrow(0, 1, 1));

        Assert.AreEqual(together.Classes[1], alone.Classes[0]);
        for (var i = 0; i < alone.Heat.Length; i++)
            Assert.AreEqual(alone.Heat[i], together.Heat[alone.Heat.Length + i], 1e-5f);
    }

    [TestMethod]
    public void NoWeightGetsAGradient()
    {
        using var scope = NewDisposeScope();
        using var network = GoldenResNet18();

        GradCam.Run(network, Tensor(GoldenFill.Image([1, 3, ImageSize, ImageSize], "")));

        Assert.IsTrue(network.parameters().All(parameter => parameter.grad is null));
    }

    private static Tensor Tensor(float[] pixels) => tensor(pixels, [pixels.Length / (3 * ImageSize * ImageSize), 3, ImageSize, ImageSize]);

    private static ImageClassifierNetwork GoldenResNet18()
    {
        var network = new ImageClassifierNetwork(Backbones.ResNet18, 1000);
        network.eval();
        using var gradients = no_grad();
        var own = network.NamedState().ToDictionary(entry => entry.Key, entry => entry.Tensor);
        foreach (var row in GoldenFile.Read(Path.Combine(
            AppContext.BaseDirectory, "Golden", "resnet18.json")).StateDict!.Where(row => row.Kind != 'N'))
            own[row.Name].bytes = MemoryMarshal.AsBytes(GoldenFill.Values(row.Name, row.Shape, row.Kind).AsSpan());
        return network;
    }
}
