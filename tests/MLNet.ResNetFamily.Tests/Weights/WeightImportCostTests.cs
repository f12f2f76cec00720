using System.Diagnostics;

namespace MLNet.ResNetFamily.Tests.Weights;

/// <summary>What it costs to load a large network.</summary>
[TestClass]
[TestCategory("Slow")]
[DoNotParallelize]
public sealed class WeightImportCostTests
{
    private static readonly TimeSpan LongestImport = TimeSpan.FromSeconds(3);

    [TestMethod]
    [DataRow("resnet152.pth")]
    [DataRow("resnet152.safetensors")]
    public void ResNet152IsLoadedInThreeSecondsAndLessThanTwiceItsMemory(string name)
    {
        using var folder = new TemporaryFolder();
        using var network = new ImageClassifierNetwork(Backbones.ResNet152, 1000);
        WeightExport.Save(network, folder.File(name));
        var weightBytes = network.NamedState().Sum(item => item.Tensor.numel() * item.Tensor.element_size());
        GC.Collect();
        var before = ProcessMemory.Bytes("VmRSS");
        ProcessMemory.ResetPeak();
        var watch = Stopwatch.StartNew();

        WeightImport.Load(network, folder.File(name));

        Assert.IsLessThan(LongestImport, watch.Elapsed);
        Assert.IsGreaterThan(240_000_000, weightBytes);
        // The network itself takes its weights once and is there already: the import may take less than that again.
        var more = ProcessMemory.Bytes("VmHWM") - before;
        Assert.IsLessThan(weightBytes, more);
        Console.WriteLine($"{name}: {watch.Elapsed.TotalSeconds:0.00} s, {more >> 20} MiB above the network of {weightBytes >> 20} MiB");
    }

    [TestMethod]
    [DataRow((byte)']')]
    [DataRow((byte)'}')]
    [DataRow((byte)')')]
    [DataRow((byte)'(')]
    [DataRow((byte)'N')]
    [DataRow((byte)0x94)]
    public void APickleThatPilesUpValuesIsRefusedBeforeItFillsTheMemory(byte instruction)
    {
        const int length = 10_000_000;
        using var folder = new TemporaryFolder();
        var path = folder.File("flood.pth");
        byte[] pickle = [0x80, 2, (byte)'N', .. Enumerable.Repeat(instruction, length), (byte)'.'];
        using (var file = File.Create(path))
        {
            var zip = new ZipWriter(file);
            zip.Add("archive/data.pkl", pickle);
            zip.Finish();
        }
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.ThrowsExactly<InvalidDataException>(() => new PthFile(path));

        StringAssert.Contains(error.Message, "steps");
        Assert.IsLessThan(4L * length + (64 << 20), GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
