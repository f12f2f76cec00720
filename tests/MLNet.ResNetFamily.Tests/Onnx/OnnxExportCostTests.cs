namespace MLNet.ResNetFamily.Tests.Onnx;

/// <summary>What it costs to export a large network.</summary>
[TestClass]
[TestCategory("Long")]
[DoNotParallelize]
public sealed class OnnxExportCostTests
{
    [TestMethod]
    public void TheWeightsAreNotHeldTwice()
    {
        using var folder = new TemporaryFolder();
        using var network = new ImageClassifierNetwork(Backbones.Vgg16, 1000);
        GC.Collect();
        var before = ProcessMemory.Bytes("VmRSS");
        ProcessMemory.ResetPeak();

        OnnxExport.Save(network, folder.File("vgg16.onnx"));

        var more = ProcessMemory.Bytes("VmHWM") - before;
        Console.WriteLine($"{more >> 20} MiB above the network");
        Assert.IsGreaterThan(550_000_000, new FileInfo(folder.File("vgg16.onnx")).Length);
        Assert.IsLessThan(64 << 20, more);
    }
}
