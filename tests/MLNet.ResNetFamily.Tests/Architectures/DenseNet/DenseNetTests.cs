using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed partial class DenseNetTests
{
    private static readonly DenseNetSpec Tiny = new("tiny", 8, 3, 4) { Stem = StemKind.Cifar };

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void DefaultsAreThoseOfTheDocumentation()
    {
        var spec = new DenseNetSpec("plain", 12, 1);

        Assert.IsNull(spec.StemChannels);
        Assert.AreEqual(StemKind.ImageNet, spec.Stem);
        Assert.AreEqual(0.5, spec.Compression);
        Assert.IsTrue(spec.Bottleneck);
        Assert.AreEqual(0, spec.Dropout);
        Assert.IsFalse(spec.MemoryEfficient);
    }

    [TestMethod]
    [DataRow(StemKind.ImageNet, 29, 6, 12, 24, 16)]
    [DataRow(StemKind.ImageNet, 1, 6)]
    [DataRow(StemKind.Cifar, 4, 16, 16, 16)]
    [DataRow(StemKind.Cifar, 1, 16)]
    public void TheSmallestImageLeavesTwoPositionsToTheLastTransition(StemKind stem, int smallest, params int[] depths) =>
        Assert.AreEqual(smallest, (Tiny with { Stem = stem, Depths = depths }).MinimumImageSize);

    [TestMethod]
    [DataRow(true, 0.5, 2 * 8)]
    [DataRow(false, 1.0, 2 * 8)]
    [DataRow(true, 0.3, 5)]
    public void FeaturesGrowByTheGrowthRateAndShrinkByTheCompression(bool bottleneck, double compression, int stemChannels)
    {
        using var scope = NewDisposeScope();
        var spec = Tiny with { Bottleneck = bottleneck, Compression = compression, StemChannels = stemChannels };
        using var network = spec.Build();

        var features = network.call(randn(2, 3, 8, 8));

        Assert.AreEqual((int)((stemChannels + 3 * 8) * compression) + 4 * 8, spec.FeatureCount);
        CollectionAssert.AreEqual(new long[] { 2, spec.FeatureCount }, features.shape);
    }

    public static IEnumerable<object[]> ListText =>
    [
        [Tiny with { GrowthRate = 0 }, "GrowthRate' is 0"],
        [Tiny with { Depths = [] }, "Depths' is []"],
        [Tiny with { Depths = [3, 0] }, "Depths' is [3, 0]"],
        [Tiny with { StemChannels = 0 }, "StemChannels' is 0"],
        [Tiny with { Compression = 0 }, "Compression' is 0"],
        [Tiny with { Compression = 1.1 }, "Compression' is 1.1"],
        [Tiny with { Dropout = 1 }, "Dropout' is 1"],
        [Tiny with { Stem = (StemKind)2 }, "Stem' is 2"],
    ];

    [TestMethod]
    [DynamicData(nameof(ListText))]
    public void ImpossibleValuesAreNamed(DenseNetSpec spec, string expected) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => spec.Build()).Message, expected);

    [TestMethod]
    public void DropoutActsOnlyWhileTraining()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(1);
        using var network = (Tiny with { Dropout = 0.2 }).Build();
        var images = randn(2, 3, 8, 8);

        network.train();
        Assert.IsFalse(network.call(images).equal(network.call(images)).all().item<bool>());
        network.eval();
        Assert.IsTrue(network.call(images).equal(network.call(images)).all().item<bool>());
    }

    [TestMethod]
    [DataRow(true, 0.0, false)]
    [DataRow(false, 0.0, false)]
    [DataRow(true, 0.2, false)]
    [DataRow(true, 0.0, true)]
    [DataRow(false, 0.0, true)]
    public void TheMemoryEfficientFormLearnsTheSame(bool bottleneck, double dropout, bool keepsStatistics)
    {
        using var scope = NewDisposeScope();
        var spec = Tiny with { Bottleneck = bottleneck, Dropout = dropout };

        var plain = Step(spec);
        var efficient = Step(spec with { MemoryEfficient = true });

        foreach (var (key, expected) in plain)
        {
            var largest = Math.Max(expected.abs().max().ToDouble(), 1e-6);
            Assert.AreEqual(0, (expected - efficient[key]).abs().max().ToDouble(), 1e-5 * largest, key);
        }
        Assert.HasCount(plain.Count, efficient);

        // Gradients of all weights and of the images, running statistics, and the output.
        Dictionary<string, Tensor> Step(DenseNetSpec spec)
        {
            manual_seed(1);
            using var network = spec.Build();
            network.train();
            foreach (var norm in network.modules().OfType<TorchSharp.Modules.BatchNorm>().Where(_ => keepsStatistics))
                norm.eval();
            var images = randn(4, 3, 8, 8).requires_grad_();
            var output = network.call(images);
            output.pow(2).sum().backward();
            var results = network.NamedState()
                .ToDictionary(entry => entry.Key, entry => (entry.Tensor.grad ?? entry.Tensor).clone().to(ScalarType.Float64));
            results.Add("images", images.grad!.to(ScalarType.Float64));
            results.Add("output", output.detach().to(ScalarType.Float64));
            return results;
        }
    }

    [TestMethod]
    public void TheMemoryEfficientFormScoresAsThePlainOne()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(1);
        using var plain = Tiny.Build();
        manual_seed(1);
        using var efficient = (Tiny with { MemoryEfficient = true }).Build();
        plain.eval();
        efficient.eval();
        var images = randn(2, 3, 8, 8);

        Assert.IsTrue(plain.call(images).equal(efficient.call(images)).all().item<bool>());
    }

    // The README's figure: peak resident memory of a training step, above what the process holds before it.
    [TestMethod]
    [TestCategory("Long")]
    public void TheMemoryEfficientFormTakesAtMost55PercentOfTheMemory()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("Needs Linux, whose /proc tells the peak memory.");

        // The first step of a process also fills libtorch's caches of kernels, which is no cost of either form.
        Measure(Backbones.DenseNet121 with { MemoryEfficient = true });
        var efficient = Measure(Backbones.DenseNet121 with { MemoryEfficient = true });
        var plain = Measure(Backbones.DenseNet121);

        TestContext.WriteLine(
            $"plain {plain.Megabytes} MB, {plain.Seconds:0.0} s; memory-efficient {efficient.Megabytes} MB, {efficient.Seconds:0.0} s");
        Assert.IsLessThanOrEqualTo(0.55 * plain.Megabytes, efficient.Megabytes);

        static (long Megabytes, double Seconds) Measure(DenseNetSpec spec)
        {
            using var scope = NewDisposeScope();
            manual_seed(1);
            using var network = new ImageClassifierNetwork(spec, 1000);
            network.train();
            using var optimizer = optim.SGD(network.parameters(), 0.01, momentum: 0.9);
            var images = randn(16, 3, 224, 224);
            var labels = arange(16, dtype: ScalarType.Int64);
            // What the process no longer needs goes back to the system first; 5 sets the recorded peak back.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            ReturnFreeMemory(0);
            File.WriteAllText("/proc/self/clear_refs", "5");
            var before = Status("VmRSS:");
            var watch = System.Diagnostics.Stopwatch.StartNew();
            using (var loss = nn.functional.cross_entropy(network.call(images), labels))
                loss.backward();
            optimizer.step();
            return (Status("VmHWM:") - before, watch.Elapsed.TotalSeconds);
        }

        static long Status(string field) =>
            long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith(field, StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) / 1024;
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int ReturnFreeMemory(nint pad);
}
