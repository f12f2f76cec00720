using MLNet.ResNetFamily.Tests.Training;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Compute;

[TestClass]
public sealed class MixedPrecisionNetworkTests
{
    private static readonly TrainingOptions Options =
        new() { Epochs = 6, BatchSize = 16, Augmentation = null, Threads = 1, LearningRate = 0.05, Precision = Precision.BFloat16 };

    [TestMethod]
    [DataRow("resnet20_cifar", 32)]
    [DataRow("densenet_bc_100_12_cifar", 32)]
    [DataRow("xception", 71)]
    public void LogitsAndGradientsAreThoseOfFloat32UpToRounding(string name, int size)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = new ImageClassifierNetwork(Backbones.Named(name), 10);
        // Dropout draws other numbers in another precision.
        foreach (var dropout in network.modules().OfType<TorchSharp.Modules.Dropout>())
            dropout.eval();
        var (images, labels) = (randn(8, 3, size, size), arange(8));
        using var twin = new MixedPrecisionNetwork(network, CPU);
        network.Backbone.eval();
        var expected = network.TrainingLogits(images).Logits;
        nn.functional.cross_entropy(expected, labels).backward();
        var expectedGradient = Gradient(network);
        network.zero_grad();

        var logits = twin.TrainingLogits(images).Logits;
        nn.functional.cross_entropy(logits, labels).backward();
        twin.HandOverGradients();

        Assert.AreEqual(ScalarType.Float32, logits.dtype);
        Assert.IsLessThan(0.03, Distance(logits.detach(), expected.detach()));
        Assert.IsLessThan(0.1, Distance(Gradient(network), expectedGradient));
    }

    [TestMethod]
    public void TheWeightsStayInFloat32AndTheStatisticsMoveWithTheTwin()
    {
        using var scope = NewDisposeScope();
        using var network = ToyImages.Network(seed: 1);
        using var twin = new MixedPrecisionNetwork(network, CPU);
        network.train();
        var before = network.buffers().Select(buffer => buffer.clone()).ToArray();

        twin.TrainingLogits(randn(4, 3, ToyImages.Size, ToyImages.Size));

        Assert.IsTrue(network.parameters().All(parameter => parameter.dtype == ScalarType.Float32));
        Assert.IsTrue(network.buffers().Zip(before).All(pair => !pair.First.equal(pair.Second).all().item<bool>()));
    }

    [TestMethod]
    public void GradientsOfSeveralBatchesAddUp()
    {
        using var scope = NewDisposeScope();
        using var network = ToyImages.Network(seed: 1);
        using var twin = new MixedPrecisionNetwork(network, CPU);
        var images = randn(4, 3, ToyImages.Size, ToyImages.Size);
        Learn();
        var once = Gradient(network);

        Learn();

        Assert.IsLessThan(1e-3, Distance(Gradient(network), once * 2));

        void Learn()
        {
            twin.Logits(images).sum().backward();
            twin.HandOverGradients();
        }
    }

    [TestMethod]
    public void TheTwinDoesNotMoveTheRandomNumbers()
    {
        using var scope = NewDisposeScope();
        using var network = ToyImages.Network(seed: 1);
        manual_seed(5);
        var expected = rand(1).item<float>();
        manual_seed(5);

        using var twin = new MixedPrecisionNetwork(network, CPU);

        Assert.AreEqual(expected, rand(1).item<float>());
    }

    [TestMethod]
    [DataRow(FineTuneKind.All)]
    [DataRow(FineTuneKind.Gradual)]
    public void ATinyNetworkLearnsInBFloat16AsInFloat32AndTwiceTheSame(FineTuneKind fineTune)
    {
        var expected = Train(Options with { FineTune = fineTune, Precision = Precision.Float32 }).Loss;
        var (loss, weights) = Train(Options with { FineTune = fineTune });
        var (_, again) = Train(Options with { FineTune = fineTune });

        Assert.AreEqual(expected, loss, 0.1 * expected);
        CollectionAssert.AreEqual(weights, again);
    }

    [TestMethod]
    public void BFloat16ComputesOtherNumbersThanFloat32()
    {
        CollectionAssert.AreNotEqual(
            Train(Options with { Epochs = 1 }).Weights, Train(Options with { Epochs = 1, Precision = Precision.Float32 }).Weights);
    }

    [TestMethod]
    public void OnlyAutoIsDecidedByTheDevice()
    {
        Assert.AreEqual(Precision.Float32, Precision.Float32.On(CPU));
        Assert.AreEqual(Precision.BFloat16, Precision.BFloat16.On(CPU));
        Assert.AreNotEqual(Precision.Auto, Precision.Auto.On(CPU));
        if (OperatingSystem.IsLinux() && System.Runtime.Intrinsics.X86.X86Base.IsSupported)
        {
            var flags = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("flags", StringComparison.Ordinal)).Split(' ');
            var hasInstructions = flags.Contains("avx512f") && (flags.Contains("avx512_bf16") || flags.Contains("amx_bf16"));
            Assert.AreEqual(hasInstructions ? Precision.BFloat16 : Precision.Float32, Precision.Auto.On(CPU));
        }
    }

    private static (double Loss, byte[] Weights) Train(TrainingOptions options)
    {
        using var network = ToyImages.Network(seed: 1);
        var history = TrainingLoop.Run(
            network, ToyImages.Preprocessing, ToyImages.Make(60), ToyImages.Make(60, seed: 2), options, CPU, _ => { });
        return (history.Epochs[^1].TrainLoss, [.. network.NamedState().SelectMany(entry => entry.Tensor.contiguous().bytes.ToArray())]);
    }

    private static Tensor Gradient(ImageClassifierNetwork network) =>
        cat([.. network.parameters().Where(parameter => parameter.grad is not null)
            .Select(parameter => parameter.grad!.flatten())]).clone();

    private static float Distance(Tensor found, Tensor expected) => ((found - expected).norm() / expected.norm()).item<float>();
}
