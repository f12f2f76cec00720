using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Onnx;

// What a spec can ask for and no row of the catalog does.
[TestClass]
public sealed class OnnxVariantsTests
{
    private static readonly ResNetSpec Small = Backbones.ResNet20Cifar with { Depths = [1, 1, 1] };
    private static readonly ResNetSpec SmallResNeXt = Backbones.ResNeXt29_32x4dCifar with { Depths = [1, 1, 1], Groups = 4 };
    private static readonly ResNetV2Spec SmallV2 = Backbones.PreResNet110Cifar with { Depths = [1, 1, 1] };

    public static IEnumerable<object[]> Specs =>
    [
        [Small with { Shortcut = ResNetShortcut.None }],
        [Small with { Shortcut = ResNetShortcut.ProjectionEverywhere }],
        [Small with { StochasticDepth = new(0.5) { PerSample = false } }],
        [SmallResNeXt with { Form = AggregationForm.SplitTransformSum }],
        [SmallResNeXt with { Form = AggregationForm.EarlyConcatenation }],
        .. Enum.GetValues<ActivationOrder>().Select(order => new object[] { SmallV2 with { Order = order } }),
        .. Enum.GetValues<ResNetV2Shortcut>().Select(shortcut => new object[] { SmallV2 with { Shortcut = shortcut } }),
        [Backbones.Xception with { Activation = SeparableActivation.ELU }],
        [Backbones.Xception with { Activation = SeparableActivation.ReLU }],
        [Backbones.InceptionResNetV1 with { EmbeddingSize = 0 }],
        [Backbones.ResNet18 with { InputChannels = 1 }],
        [Small with { InputChannels = 2 }],
        [Small with { InputChannels = 16 }],
        [Backbones.DenseNetBC100_12Cifar with { Depths = [2, 2, 2], InputChannels = 5 }],
    ];

    [TestMethod]
    [DynamicData(nameof(Specs))]
    public void ItGivesTheSameLogits(BackboneSpec spec)
    {
        using var scope = NewDisposeScope();
        using var network = ExportedNetwork.Of(spec);
        var size = Math.Max(32, spec.MinimumImageSize);

        var difference = ExportedNetwork.Difference(network, randn(2, spec.InputChannels, size, size), new());

        Assert.IsLessThanOrEqualTo(1e-4, difference);
    }

    // torchvision averages maps of other sizes to 7×7, also where there are fewer positions.
    [TestMethod]
    [TestCategory("Long")]
    [DataRow(64)]
    [DataRow(288)]
    public void VggTakesOtherSizes(int size)
    {
        using var scope = NewDisposeScope();
        using var network = ExportedNetwork.Of(Backbones.Vgg16);

        var difference = ExportedNetwork.Difference(network, randn(2, 3, size, size), new());

        Assert.IsLessThanOrEqualTo(1e-4, difference);
    }

    // That of FaceNet's network is.
    [TestMethod]
    [DataRow("logits")]
    [DataRow("images")]
    [DataRow("features")]
    public void AHeadMayBeCalledAsAnInputOrOutput(string key)
    {
        using var scope = NewDisposeScope();
        using var network = ExportedNetwork.Of(Small with { HeadKey = key });

        var difference = ExportedNetwork.Difference(network, randn(2, 3, 32, 32), new() { FloatType = ScalarType.Float16 });

        Assert.IsLessThanOrEqualTo(2e-2, difference);
    }

    [TestMethod]
    [DataRow(13)]
    [DataRow(14)]
    [DataRow(15)]
    [DataRow(16)]
    [DataRow(18)]
    [DataRow(20)]
    [DataRow(22)]
    [DataRow(23)]
    [DataRow(24)]
    [DataRow(25)]
    [DataRow(26)]
    public void EveryOpsetGivesTheSameLogits(int opset)
    {
        using var scope = NewDisposeScope();
        // Zero-padding shortcuts, maps that are joined, and batch norms that stay.
        foreach (var spec in new BackboneSpec[] { Small, Backbones.DenseNetBC100_12Cifar with { Depths = [2, 2, 2] } })
        {
            using var network = ExportedNetwork.Of(spec);

            var difference = ExportedNetwork.Difference(network, randn(2, 3, 32, 32), new() { Opset = opset });

            Assert.IsLessThanOrEqualTo(1e-4, difference, spec.Name);
        }
    }
}
