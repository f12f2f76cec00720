using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class ResNetV2Tests
{
    private static readonly ResNetV2Spec Tiny = new("tiny", BlockKind.Basic, 2, 2) { BaseWidth = 8, Stem = StemKind.Cifar };

    [TestMethod]
    public void DefaultsAreThoseOfTheDocumentation()
    {
        var spec = new ResNetV2Spec("plain", BlockKind.Basic, 1);

        Assert.AreEqual(64, spec.BaseWidth);
        Assert.AreEqual(1, spec.WidthFactor);
        Assert.AreEqual(StemKind.ImageNet, spec.Stem);
        Assert.AreEqual(ActivationOrder.FullPreActivation, spec.Order);
        Assert.AreEqual(ResNetV2Shortcut.Identity, spec.Shortcut);
        Assert.AreEqual(0.5, spec.ShortcutScale);
        Assert.AreEqual(0.5, spec.BranchScale);
        Assert.AreEqual(-6, spec.GateBias);
        Assert.AreEqual(0.5, spec.ShortcutDropout);
        Assert.AreEqual(0, spec.Dropout);
        Assert.IsFalse(spec.StrideInFirst1x1);
        Assert.IsFalse(spec.ZeroInitResidual);
        Assert.IsNull(spec.StochasticDepth);
    }

    public static IEnumerable<object[]> Combinations =>
        from order in Enum.GetValues<ActivationOrder>()
        from shortcut in Enum.GetValues<ResNetV2Shortcut>()
        from block in Enum.GetValues<BlockKind>()
        select new object[] { order, shortcut, block };

    [TestMethod]
    [DynamicData(nameof(Combinations))]
    public void EveryOrderWithEveryShortcutLearns(ActivationOrder order, ResNetV2Shortcut shortcut, BlockKind block)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = (Tiny with { Order = order, Shortcut = shortcut, Block = block }).Build();
        network.train();
        var images = randn(4, 3, 8, 8);

        var features = network.call(images);
        features.pow(2).mean().backward();

        CollectionAssert.AreEqual(new long[] { 4, network.Spec.FeatureCount }, features.shape);
        foreach (var (name, parameter) in network.named_parameters())
            Assert.IsTrue(parameter.grad is not null && parameter.grad.isfinite().all().item<bool>(), $"'{name}' has no finite gradient");
        network.eval();
        using var frozen = no_grad();
        Assert.AreEqual(0f, (network.call(images).narrow(0, 1, 1) - network.call(images.narrow(0, 1, 1))).abs().max().item<float>(), 1e-4f);
    }

    [TestMethod]
    public void ConstantScalingBy1IsTheIdentityForm()
    {
        var scaled = Tiny with { Shortcut = ResNetV2Shortcut.ConstantScaling, ShortcutScale = 1, BranchScale = 1 };

        AssertSame(Tiny, scaled);
    }

    // With the gate's sigmoid at 0 all of the shortcut passes, and shortcut-only gating leaves the branch alone.
    [TestMethod]
    public void AnOpenGateIsTheIdentityForm()
    {
        var gated = Tiny with { Shortcut = ResNetV2Shortcut.ShortcutOnlyGating, GateBias = -1e4 };

        AssertSame(Tiny, gated);
    }

    // With the sigmoid at 0 exclusive gating passes nothing but the shortcut, at 1 nothing but the branch.
    [TestMethod]
    public void ExclusiveGatingPassesEitherShortcutOrBranch()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var images = randn(2, 3, 8, 8);
        var spec = Tiny with { Depths = [2], Shortcut = ResNetV2Shortcut.ExclusiveGating };

        var onlyShortcut = Features(spec with { GateBias = -1e4 }, images);
        var withoutBlocks = Features(
            Tiny with { Depths = [2], Shortcut = ResNetV2Shortcut.ConstantScaling, ShortcutScale = 1, BranchScale = 0 }, images);
        var onlyBranch = Features(spec with { GateBias = 1e4 }, images);
        var withoutShortcut = Features(
            Tiny with { Depths = [2], Shortcut = ResNetV2Shortcut.ConstantScaling, ShortcutScale = 0, BranchScale = 1 }, images);

        Assert.IsTrue(onlyShortcut.equal(withoutBlocks).all().item<bool>());
        Assert.IsTrue(onlyBranch.equal(withoutShortcut).all().item<bool>());
    }

    [TestMethod]
    public void DropoutOnTheShortcutIsTheIdentityWhenScoring() => AssertSame(Tiny, Tiny with { Shortcut = ResNetV2Shortcut.Dropout });

    [TestMethod]
    public void ConvolutionsStandOnEveryShortcutOnlyWhenAskedFor()
    {
        Assert.AreEqual(1, Projections(Tiny));
        Assert.AreEqual(4, Projections(Tiny with { Shortcut = ResNetV2Shortcut.Convolution1x1 }));

        static int Projections(ResNetV2Spec spec)
        {
            using var network = spec.Build();
            return network.NamedState().Count(entry => entry.Key.EndsWith("downsample.conv.weight", StringComparison.Ordinal));
        }
    }

    // Figure 4a is the block of the first paper: the same weights give the same features.
    [TestMethod]
    public void TheOriginalOrderIsResNet()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(1);
        using var original = (Tiny with { Order = ActivationOrder.Original }).Build();
        using var resnet = new ResNetSpec("resnet", BlockKind.Basic, 2, 2) { BaseWidth = 8, Stem = StemKind.Cifar }.Build();
        var target = resnet.NamedState().ToDictionary(entry => entry.Key, entry => entry.Tensor);
        foreach (var (key, source) in original.NamedState())
            target[ResNetKey(key)].copy_(source.dim() == 1 ? source.uniform_(0.5, 1.5) : source);
        original.eval();
        resnet.eval();
        var images = randn(2, 3, 8, 8);

        Assert.AreEqual(original.NamedState().Count(), target.Count);
        Assert.AreEqual(0f, (original.call(images) - resnet.call(images)).abs().max().item<float>(), 1e-5f);

        static string ResNetKey(string key) =>
            Regex.Replace(key, @"^stages\.(\d)\.blocks\.", match => $"layer{int.Parse(match.Groups[1].Value) + 1}.")
                .Replace("stem.conv", "conv1").Replace("stem.norm", "bn1").Replace("downsample.conv", "downsample.0")
                .Replace("downsample.norm", "downsample.1")
                .Replace(".norm", ".bn");
    }

    [TestMethod]
    public void WideResNetsDropBetweenTheConvolutionsWhileTraining()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(1);
        using var network = (Tiny with { WidthFactor = 2, Dropout = 0.5 }).Build();
        var images = randn(2, 3, 8, 8);

        network.train();
        var differs = !network.call(images).equal(network.call(images)).all().item<bool>();
        network.eval();
        var isCertain = network.call(images).equal(network.call(images)).all().item<bool>();

        Assert.IsTrue(differs);
        Assert.IsTrue(isCertain);
        Assert.AreEqual("Wide ResNet", network.Spec.Family);
        Assert.AreEqual(32, network.Spec.FeatureCount);
    }

    [TestMethod]
    [DataRow(ActivationOrder.FullPreActivation, "conv2.weight")]
    [DataRow(ActivationOrder.Original, "norm2.weight")]
    [DataRow(ActivationOrder.BatchNormAfterAddition, "conv2.weight")]
    public void ZeroInitializationEmptiesTheLastLayerOfEveryBranch(ActivationOrder order, string last)
    {
        using var network = (Tiny with { Order = order, ZeroInitResidual = true }).Build();

        var ends = network.NamedState().Where(entry => entry.Key.Contains(".blocks.")
            && entry.Key.EndsWith(last, StringComparison.Ordinal)).ToArray();

        Assert.HasCount(4, ends);
        foreach (var (key, tensor) in ends)
            Assert.AreEqual(0, tensor.count_nonzero().item<long>(), key);
    }

    [TestMethod]
    public void GatesStartWithTheirBias()
    {
        using var network = (Tiny with { Shortcut = ResNetV2Shortcut.ExclusiveGating }).Build();

        foreach (var (key, tensor) in network.NamedState().Where(entry => entry.Key.EndsWith("gate.bias", StringComparison.Ordinal)))
            Assert.AreEqual(-6f, tensor.mean().item<float>(), key);
    }

    // timm writes the classifier of its ImageNet networks as a 1×1 convolution.
    [TestMethod]
    public void TheHeadHasTheShapeOfPublishedCheckpoints()
    {
        using var imageNet = new ImageClassifierNetwork(Tiny with { Stem = StemKind.ImageNet }, 5);
        using var cifar = new ImageClassifierNetwork(Tiny, 5);

        CollectionAssert.AreEqual(
            new long[] { 5, 16, 1, 1 }, imageNet.NamedState().Single(entry => entry.Key == "head.fc.weight").Tensor.shape);
        CollectionAssert.AreEqual(new long[] { 5, 16 }, cifar.NamedState().Single(entry => entry.Key == "head.fc.weight").Tensor.shape);
    }

    public static IEnumerable<object[]> ListText =>
    [
        [Tiny with { Depths = [2, 0] }, "Depths' is [2, 0]"],
        [Tiny with { BaseWidth = 0 }, "BaseWidth' is 0"],
        [Tiny with { WidthFactor = 0 }, "WidthFactor' is 0"],
        [Tiny with { ShortcutScale = double.NaN }, "ShortcutScale' is NaN"],
        [Tiny with { BranchScale = double.PositiveInfinity }, "BranchScale' is"],
        [Tiny with { GateBias = double.NaN }, "GateBias' is NaN"],
        [Tiny with { ShortcutDropout = 1 }, "ShortcutDropout' is 1"],
        [Tiny with { Dropout = -0.1 }, "Dropout' is -0.1"],
        [Tiny with { StochasticDepth = new StochasticDepth(1.5) }, "SurvivalProbability' is 1.5"],
        [Tiny with { Block = (BlockKind)2 }, "Block' is 2"],
        [Tiny with { Stem = (StemKind)2 }, "Stem' is 2"],
        [Tiny with { Order = (ActivationOrder)5 }, "Order' is 5"],
        [Tiny with { Shortcut = (ResNetV2Shortcut)6 }, "'Shortcut' is 6, but it must be one of Identity, ConstantScaling"],
    ];

    [TestMethod]
    [DynamicData(nameof(ListText))]
    public void ImpossibleValuesAreNamed(ResNetV2Spec spec, string expected)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => spec.Build());

        StringAssert.Contains(error.Message, expected);
    }

    private static void AssertSame(ResNetV2Spec one, ResNetV2Spec other)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var images = randn(2, 3, 8, 8);

        Assert.IsTrue(Features(one, images).equal(Features(other, images)).all().item<bool>());
    }

    // Equal keys get equal weights, whatever other layers the network draws.
    private static Tensor Features(ResNetV2Spec spec, Tensor images)
    {
        using var network = spec.Build();
        foreach (var (key, tensor) in network.NamedState())
        {
            if (key.Contains("gate") || tensor.dim() == 0)
                continue;
            using var generator = new Generator((ulong)key.Sum(letter => (long)letter) * 31 + (ulong)key.Length);
            if (tensor.dim() == 1)
                tensor.uniform_(0.5, 1.5, generator);
            else
                tensor.normal_(0, 0.1, generator);
        }
        network.eval();
        return network.call(images);
    }
}
