using TorchSharp;
using MLNet.ResNetFamily.Tests.Training;

namespace MLNet.ResNetFamily.Tests.Estimators;

/// <summary>What a training leaves behind while it runs.</summary>
[TestClass]
[DoNotParallelize]
public sealed class TrainingMemoryTests
{
    [TestMethod]
    [DataRow(OptimizerKind.Sgd)]
    [DataRow(OptimizerKind.AdamW)]
    [DataRow(OptimizerKind.RmsProp)]
    public void AnEpochLeavesNoTensorsBehind(OptimizerKind optimizer)
    {
        var counts = new List<long>();
        var options = TinyClassifier.Options with
        {
            BatchSize = 4, Optimizer = optimizer, GradientClipNorm = 1, EmaDecay = 0.9, ValidationSetFraction = 0.2,
            Progress = new Counter(counts),
        };

        using var model = TinyClassifier.Train(new(seed: 1), options, count: 60);

        Assert.HasCount(options.Epochs, counts);
        Assert.AreEqual(counts[1], counts[^1], string.Join(' ', counts));
    }

    // Each step of an optimizer leaves a thousand numbers of 32 bytes in native memory until the garbage collector runs; they kept the
    // memory of freed tensors apart, and the process grew by the size of the weights, 15 MB here, with every step.
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void TheHeapDoesNotGrowWithTheSteps()
    {
        const int Images = 8, Steps = 100;
        var spec = new ResNetSpec("wide", BlockKind.Basic, 1, 1, 1, 1) { BaseWidth = 56, Stem = StemKind.Cifar };
        using var network = new ImageClassifierNetwork(spec, classCount: 3);
        var memory = new List<long>();
        var options = new TrainingOptions
        {
            Epochs = Steps, BatchSize = Images, Optimizer = OptimizerKind.AdamW, Device = ComputeDevice.Cpu, Threads = 2,
            Progress = new Memory(memory),
        };

        TrainingLoop.Run(network, ToyImages.Preprocessing, ToyImages.Make(Images), validation: null, options, torch.CPU, _ => { });

        var weights = network.parameters().Sum(weight => weight.numel()) * sizeof(float);
        var growth = memory[^1] - memory[Steps / 4];
        Console.WriteLine($"{weights >> 20} MiB of weights; {memory[Steps / 4] >> 20} MiB after a quarter, {growth >> 20} more at the end");
        Assert.IsLessThan(5 * weights, growth);
    }

    private sealed class Counter(List<long> counts) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => counts.Add(torch.Tensor.TotalCount);
    }

    private sealed class Memory(List<long> bytes) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => bytes.Add(ProcessMemory.Bytes("VmRSS"));
    }
}
