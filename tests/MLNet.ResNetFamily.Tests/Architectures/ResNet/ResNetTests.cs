using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class ResNetTests
{
    private static readonly ResNetSpec Tiny = new("tiny", BlockKind.Bottleneck, 1, 1) { BaseWidth = 16, Stem = StemKind.Cifar };

    [TestMethod]
    public void DefaultsAreThoseOfTheDocumentation()
    {
        var spec = new ResNetSpec("plain", BlockKind.Bottleneck, 1);

        Assert.AreEqual(1, spec.Groups);
        Assert.AreEqual(64, spec.GroupWidth);
        Assert.AreEqual(64, spec.BaseWidth);
        Assert.AreEqual(StemKind.ImageNet, spec.Stem);
        Assert.AreEqual(ResNetShortcut.Projection, spec.Shortcut);
        Assert.AreEqual(AggregationForm.GroupedConvolution, spec.Form);
        Assert.IsFalse(spec.StrideInFirst1x1);
        Assert.IsFalse(spec.ZeroInitResidual);
        Assert.IsNull(spec.StochasticDepth);
        Assert.AreEqual(1, spec.MinimumImageSize);
    }

    [TestMethod]
    public void ResNeXtWithCardinality1AndWidth64IsResNet()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var resnet = Tiny.Build();
        manual_seed(1);
        using var resnext = (Backbones.ResNeXt50_32x4d with
        {
            Name = "tiny",
            Depths = [1, 1],
            BaseWidth = 16,
            Stem = StemKind.Cifar,
            Groups = 1,
            GroupWidth = 64,
        }).Build();
        var images = randn(2, 3, 16, 16);
        resnet.eval();
        resnext.eval();

        Assert.IsTrue(resnet.call(images).equal(resnext.call(images)).all().item<bool>());
    }

    // A grouped convolution with as many groups as channels looks at each channel by itself.
    [TestMethod]
    public void AsManyGroupsAsChannelsIsTheDepthwiseConvolution()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = (Tiny with { Depths = [1], Groups = 16, GroupWidth = 4 }).Build();
        var conv = network.modules().OfType<Conv2d>().Single(conv => conv.groups > 1);
        Assert.AreEqual(conv.in_channels, conv.groups);
        var maps = randn(2, 16, 8, 8);

        var grouped = conv.call(maps);

        for (var channel = 0; channel < 16; channel++)
        {
            var alone = nn.functional.conv2d(maps.narrow(1, channel, 1), conv.weight.narrow(0, channel, 1), null, padding: [1, 1]);
            Assert.AreEqual(0f, (grouped.narrow(1, channel, 1) - alone).abs().max().item<float>(), 1e-6f);
        }
    }

    [TestMethod]
    [DataRow(ResNetShortcut.ZeroPadding, 0)]
    [DataRow(ResNetShortcut.Projection, 2)]
    [DataRow(ResNetShortcut.ProjectionEverywhere, 4)]
    public void TheShortcutOptionsProjectWhereTheyShould(ResNetShortcut shortcut, int projections)
    {
        using var network = (Tiny with { Depths = [2, 2], Shortcut = shortcut }).Build();

        var keys = network.NamedState().Select(entry => entry.Key)
            .Where(key => key.EndsWith("downsample.0.weight", StringComparison.Ordinal));

        Assert.AreEqual(projections, keys.Count());
    }

    [TestMethod]
    public void ZeroPaddingKeepsEverySecondPixelBetweenEmptyChannels()
    {
        using var scope = NewDisposeScope();
        using var shortcut = new ZeroPaddingShortcut(4, 8, 2);
        var maps = randn(2, 4, 6, 6);

        var result = shortcut.call(maps);

        CollectionAssert.AreEqual(new long[] { 2, 8, 3, 3 }, result.shape);
        Assert.AreEqual(0f, result.narrow(1, 0, 2).abs().max().item<float>());
        Assert.AreEqual(0f, result.narrow(1, 6, 2).abs().max().item<float>());
        Assert.AreEqual(maps[1, 3, 4, 2].item<float>(), result[1, 5, 2, 1].item<float>());
    }

    [TestMethod]
    public void TheStrideMayBeThatOfTheFirst1x1()
    {
        using var network = (Tiny with { StrideInFirst1x1 = true }).Build();

        var strides = network.named_modules().ToDictionary(entry => entry.Item1, entry => (entry.Item2 as Conv2d)?.stride?[0]);

        Assert.AreEqual(2, strides["layer2.0.conv1"]);
        Assert.AreEqual(1, strides["layer2.0.conv2"]);
    }

    [TestMethod]
    public void WithZeroInitializationEachBlockStartsAsItsShortcut()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = (Tiny with { Depths = [3], ZeroInitResidual = true, Shortcut = ResNetShortcut.ZeroPadding }).Build();
        network.eval();
        var images = randn(2, 3, 8, 8);
        var modules = network.named_modules().ToDictionary(entry => entry.Item1, entry => entry.Item2);

        var maps = network.FeatureMaps(images);

        // The stem's output, padded with zeros to the channels of the blocks, goes through unchanged.
        var stem = ((BatchNorm)modules["bn1"]).call(((Conv2d)modules["conv1"]).call(images)).relu_();
        Assert.IsTrue(maps.narrow(1, 24, 16).equal(stem).all().item<bool>());
    }

    // The plain networks of section 3.3: the layers of a block follow one another, and nothing leads around them.
    [TestMethod]
    [DataRow(AggregationForm.GroupedConvolution)]
    [DataRow(AggregationForm.SplitTransformSum)]
    public void WithoutShortcutsABlockIsItsBranch(AggregationForm form)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = (Tiny with
        {
            Depths = [1, 1],
            Groups = 2,
            GroupWidth = 32,
            Form = form,
            Shortcut = ResNetShortcut.None,
        }).Build();
        var block = network.modules().OfType<ResidualBlock>().First();
        block.eval();
        foreach (var parameter in block.LastNorm.parameters())
            nn.init.zeros_(parameter);

        Assert.AreEqual(0, block.call(randn(2, 16, 8, 8)).count_nonzero().item<long>(), "something leads around an empty branch");
        Assert.IsFalse(network.NamedState().Any(entry => entry.Key.Contains("downsample", StringComparison.Ordinal)));
        CollectionAssert.AreEqual(new long[] { 2, 128 }, network.call(randn(2, 3, 16, 16)).shape);
    }

    [TestMethod]
    public void ConvolutionsStartWithHesDeviation()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = Backbones.ResNet18.Build();

        var conv = network.named_modules().Select(entry => (Name: entry.Item1, Conv: entry.Item2 as Conv2d))
            .First(entry => entry.Name == "layer3.0.conv2").Conv!;

        Assert.AreEqual(Math.Sqrt(2.0 / (256 * 9)), conv.weight.std().item<float>(), 1e-4);
        Assert.AreEqual(0, conv.weight.mean().item<float>(), 1e-4);
    }

    public static IEnumerable<object[]> ListText =>
    [
        [Tiny with { Depths = [] }, "Depths' is []"],
        [Tiny with { Depths = [1, 0] }, "Depths' is [1, 0]"],
        [Tiny with { Depths = [1, 1, 1, 1, 1] }, "one to four"],
        [Tiny with { Groups = 0 }, "Groups' is 0"],
        [Tiny with { Block = BlockKind.Basic, Groups = 2 }, "1 for basic blocks"],
        [Tiny with { Block = BlockKind.Basic, Form = AggregationForm.EarlyConcatenation }, "Form' is EarlyConcatenation"],
        [Tiny with { Groups = 32, GroupWidth = 1 }, "GroupWidth' is 1"],
        [Tiny with { BaseWidth = 0 }, "BaseWidth' is 0"],
        [Tiny with { InputChannels = 0 }, "InputChannels' is 0"],
        [Tiny with { InputChannels = 17 }, "'InputChannels' is 17, but it must be from 1 to 16; of images of more channels, choose or"],
        [Tiny with { Name = " " }, "Name' is"],
        [Tiny with { StochasticDepth = new StochasticDepth(0) }, "SurvivalProbability' is 0"],
        [Tiny with { StochasticDepth = new StochasticDepth(double.NaN) }, "SurvivalProbability' is NaN"],
        [Tiny with { Block = (BlockKind)2 }, "'Block' is 2, but it must be one of Basic, Bottleneck"],
        [Tiny with { Form = (AggregationForm)3 }, "Form' is 3"],
        [Tiny with { Stem = (StemKind)2 }, "Stem' is 2"],
        [Tiny with { Shortcut = (ResNetShortcut)9 }, "Shortcut' is 9"],
        [Tiny with { Shortcut = ResNetShortcut.None, StochasticDepth = new StochasticDepth(0.5) }, "null in a plain network"],
        [Tiny with { Shortcut = ResNetShortcut.None, ZeroInitResidual = true }, "ZeroInitResidual' is True"],
    ];

    [TestMethod]
    [DynamicData(nameof(ListText))]
    public void ImpossibleValuesAreNamed(ResNetSpec spec, string expected)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => spec.Build());

        StringAssert.Contains(error.Message, expected);
    }

    [TestMethod]
    public void ImagesOfAnotherShapeAreRefusedByName()
    {
        using var scope = NewDisposeScope();
        using var network = Tiny.Build();

        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => network.call(zeros(3, 16, 16))).Message,
            "'tiny' got images of shape [3, 16, 16]");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => network.call(zeros(2, 1, 16, 16))).Message,
            "1 channels (shape [2, 1, 16, 16]), but needs 3");
    }
}
