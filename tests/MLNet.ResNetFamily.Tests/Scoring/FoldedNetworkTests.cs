using MLNet.ResNetFamily.Tests.Architectures;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Scoring;

[TestClass]
public sealed class FoldedNetworkTests
{
    private const int ClassCount = 3;

    [TestMethod]
    [TestCategory("Long")]
    [DynamicData(nameof(BackboneRows.LargeNames), typeof(BackboneRows))]
    public void OfLargeNetworksItAnswersToo(string name) => ItAnswersAsTheNetworkThatItWasMadeFrom(name);

    [TestMethod]
    [DynamicData(nameof(BackboneRows.EverydayNames), typeof(BackboneRows))]
    public void ItAnswersAsTheNetworkThatItWasMadeFrom(string name)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var network = WithSomeStatistics(Backbones.Named(name));
        var images = Images(network);

        using var form = new FoldedNetwork(network, CPU, ScalarType.Float32);

        Assert.IsLessThan(1e-4, RelativeDifference(network.call(images), form.Run(images)));
    }

    [TestMethod]
    [DataRow("resnet18")]
    [DataRow("resnext29_32x4d_cifar")]
    [DataRow("densenet_bc_100_12_cifar")]
    [DataRow("preresnet110_cifar")]
    public void InBFloat16ItAnswersAlmostTheSame(string name)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var network = WithSomeStatistics(Backbones.Named(name));
        var images = Images(network);

        using var form = new FoldedNetwork(network, CPU, ScalarType.BFloat16);
        var answer = form.Run(images);

        Assert.AreEqual(ScalarType.Float32, answer.dtype);
        Assert.IsLessThan(0.05, RelativeDifference(network.call(images), answer));
    }

    [TestMethod]
    public void TheNetworkThatItIsMadeFromStaysAsItIs()
    {
        using var scope = NewDisposeScope();
        using var network = WithSomeStatistics(Backbones.ResNet18);
        network.train();
        var before = network.NamedState().Select(entry => entry.Tensor.clone()).ToArray();
        var random = get_rng_state();

        using var form = new FoldedNetwork(network, CPU, ScalarType.BFloat16);

        Assert.IsTrue(network.training);
        foreach (var ((key, now), old) in network.NamedState().Zip(before))
            Assert.IsTrue(now.dtype == old.dtype && now.equal(old).all().item<bool>(), key);
        Assert.IsTrue(random.equal(get_rng_state()).all().item<bool>(), "torch's generator was used");
    }

    [TestMethod]
    public void NothingIsLeftOfTheNormsThatFollowAConvolution()
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        using var backbone = Backbones.ResNet18.Build();
        backbone.eval();
        var images = randn(1, 3, 32, 32);
        var before = backbone.call(images);
        foreach (var norm in backbone.modules().OfType<FoldableBatchNorm>())
            norm.Fold();

        // Statistics that would change everything, were they still used.
        foreach (var norm in backbone.modules().OfType<FoldableBatchNorm>())
            norm.running_mean!.fill_(1000);

        Assert.IsLessThan(1e-5, RelativeDifference(before, backbone.call(images)));
    }

    private static ImageClassifierNetwork WithSomeStatistics(BackboneSpec spec)
    {
        manual_seed(1);
        var network = new ImageClassifierNetwork(spec, ClassCount);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // Small scales: hundreds of residual blocks would else overflow.
        foreach (var norm in network.modules().OfType<NormBase>())
        {
            norm.weight.uniform_(0.2, 0.4);
            norm.bias!.normal_(0, 0.1);
            norm.running_mean!.normal_(0, 0.1);
            norm.running_var!.uniform_(0.5, 1.5);
        }
        network.eval();
        return network;
    }

    private static Tensor Images(ImageClassifierNetwork network)
    {
        var spec = network.Backbone.Spec;
        var size = spec.Preprocessing.ImageSize == 32 ? 16 : Math.Max(64, spec.MinimumImageSize);
        return randn(2, spec.InputChannels, size, size);
    }

    private static float RelativeDifference(Tensor right, Tensor other) => ((right - other).norm() / right.norm()).item<float>();
}
