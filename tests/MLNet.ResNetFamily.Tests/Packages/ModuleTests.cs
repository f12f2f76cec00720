using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily.Tests.Packages;

/// <summary>How TorchSharp's modules name, order and convert what they hold: a field's name is a checkpoint key.</summary>
[TestClass]
public sealed class ModuleTests
{
    [TestMethod]
    public void KeysFollowFieldNamesAndPositionsInTheOrderOfTheFields()
    {
        using var network = new SmallNetwork();

        CollectionAssert.AreEqual(
            new[] { "conv1", "bn1", "layer1", "layer1.0", "layer1.1", "layer1.fc" },
            network.named_modules().Select(entry => entry.Item1).ToArray());
        CollectionAssert.AreEqual(
            new[] { "conv1.weight", "bn1.weight", "bn1.bias", "layer1.0.weight", "layer1.0.bias", "layer1.fc.weight", "layer1.fc.bias" },
            network.named_parameters().Select(entry => entry.Item1).ToArray());
        CollectionAssert.AreEqual(
            new[] { "running_mean", "running_var", "num_batches_tracked" },
            network.bn1.named_buffers(recurse: false, include_nonpersistent: false).Select(entry => entry.Item1).ToArray());
    }

    [TestMethod]
    public void ModulesAreThoseInsideWithoutTheNetworkItself()
    {
        using var network = new SmallNetwork();

        CollectionAssert.DoesNotContain(network.modules().ToArray(), network);
        CollectionAssert.AreEqual(network.named_modules().Select(entry => entry.Item2).ToArray(), network.modules().ToArray());
    }

    [TestMethod]
    public void BatchNormUsesTheBatchInTrainingAndTheRunningStatisticsOtherwise()
    {
        using var scope = NewDisposeScope();
        using var norm = BatchNorm2d(1, momentum: 0.5);
        var images = tensor(new float[] { 1, 3, 5, 7 }).reshape(1, 1, 2, 2);

        var trained = norm.call(images);
        norm.eval();
        var scored = norm.call(images);

        // The batch has mean 4 and variance 5; what runs along is the unbiased variance 20 / 3, and begins with 0 and 1.
        AssertNormalized(trained, mean: 4, variance: 5);
        AssertNormalized(scored, mean: 0.5 * 4, variance: 0.5 + 0.5 * (20.0 / 3));
        Assert.AreEqual(1, norm.num_batches_tracked!.item<long>());

        static void AssertNormalized(Tensor found, double mean, double variance)
        {
            foreach (var (value, original) in found.data<float>().Zip([1, 3, 5, 7]))
                Assert.AreEqual((original - mean) / Math.Sqrt(variance + 1e-5), value, 1e-5);
        }
    }

    [TestMethod]
    public void AHookSeesInputAndOutputAndReplacesTheOutputUntilItIsRemoved()
    {
        using var scope = NewDisposeScope();
        using var relu = ReLU();
        var calls = 0;
        var input = tensor(new float[] { -3, 1 });
        var hook = relu.register_forward_hook((_, seen, output) =>
        {
            calls++;
            return output * 10 + seen;
        });

        var hooked = relu.call(input);
        hook.remove();
        var plain = relu.call(input);

        CollectionAssert.AreEqual(new float[] { -3, 11 }, hooked.data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 0, 1 }, plain.data<float>().ToArray());
        Assert.AreEqual(1, calls);
    }

    [TestMethod]
    public void ANewTypeIsForFractionsOnly()
    {
        using var network = new SmallNetwork();

        network.to(ScalarType.BFloat16);

        Assert.IsTrue(network.parameters().All(parameter => parameter.dtype == ScalarType.BFloat16 && parameter.requires_grad));
        Assert.AreEqual(ScalarType.BFloat16, network.bn1.running_mean!.dtype);
        Assert.AreEqual(ScalarType.Int64, network.bn1.num_batches_tracked!.dtype);
    }

    /// <summary>Networks whose weights are read next are built there: nothing is drawn.</summary>
    [TestMethod]
    public void ALayerOnTheMetaDeviceHasShapesAndMovesNoGenerator()
    {
        using var before = get_rng_state();

        using var conv = Conv2d(3, 4, 5, device: META);

        using var after = get_rng_state();
        CollectionAssert.AreEqual(new long[] { 4, 3, 5, 5 }, conv.weight.shape);
        Assert.AreEqual(TorchSharp.DeviceType.META, conv.weight.device_type);
        Assert.IsTrue(before.Equals(after));
    }

    /// <summary>Once this fails, <c>Initialization.DrawTruncated</c> may be left to TorchSharp.</summary>
    [TestMethod]
    public void TorchSharpsTruncatedNormalStillFillsWithOneValue()
    {
        using var scope = NewDisposeScope();
        var values = zeros(100);

        init.trunc_normal_(values);

        Assert.AreEqual(values.min().item<float>(), values.max().item<float>());
    }

    private sealed class SmallNetwork : Module<Tensor, Tensor>
    {
        // The names are the keys.
        internal readonly Conv2d conv1;
        internal readonly BatchNorm2d bn1;
        internal readonly Sequential layer1;

        public SmallNetwork()
            : base(nameof(SmallNetwork))
        {
            conv1 = Conv2d(1, 2, 3, padding: 1, bias: false);
            bn1 = BatchNorm2d(2);
            layer1 = Sequential(("0", Conv2d(2, 4, 1)), ("1", (Module<Tensor, Tensor>)ReLU()), ("fc", Conv2d(4, 3, 1)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => layer1.call(bn1.call(conv1.call(input)));
    }
}
