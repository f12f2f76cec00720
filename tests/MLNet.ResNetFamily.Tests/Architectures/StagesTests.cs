using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class StagesTests
{
    // Channels / reduction of each stage, as timm's feature_info has them where it has the network.
    [TestMethod]
    [DataRow("resnet50", "stem 64/2, layer1 256/4, layer2 512/8, layer3 1024/16, layer4 2048/32")]
    [DataRow("resnet20_cifar", "stem 16/1, layer1 16/1, layer2 32/2, layer3 64/4")]
    [DataRow("resnetv2_50", "stem 64/2, stages.0 256/4, stages.1 512/8, stages.2 1024/16, stages.3 2048/32")]
    [DataRow("wrn40_4_cifar", "stem 16/1, stages.0 64/1, stages.1 128/2, stages.2 256/4")]
    [DataRow("densenet121", "stem 64/2, denseblock1 256/4, denseblock2 512/8, denseblock3 1024/16, denseblock4 1024/32")]
    [DataRow("densenet_40_12_cifar", "stem 24/1, denseblock1 168/1, denseblock2 312/2, denseblock3 456/4")]
    [DataRow("xception", "act2 64/2, block1 128/4, block2 256/8, block11 728/16, act4 2048/32")]
    [DataRow("inception_resnet_v1", "conv2d_2b 64/2, conv2d_4a 192/4, repeat_1 256/8, repeat_2 896/16, block8 1792/32")]
    [DataRow("inception_resnet_v2", "conv2d_2b 64/2, conv2d_4a 192/4, repeat 320/8, repeat_1 1088/16, conv2d_7b 1536/32")]
    [DataRow("inception_v3", "Conv2d_2b_3x3 64/2, Conv2d_4a_3x3 192/4, Mixed_5d 288/8, Mixed_6e 768/16, Mixed_7c 2048/32")]
    [DataRow("inception_v4", "features.2 64/2, features.3 160/4, features.9 384/8, features.17 1024/16, features.21 1536/32")]
    [DataRow("googlenet", "conv1 64/2, conv3 192/4, inception3b 480/8, inception4e 832/16, inception5b 1024/32")]
    [DataRow("alexnet", "conv1 64/4, conv2 192/8, conv5 256/16, pool5 256/32")]
    [DataRow("vgg16_bn", "block1 64/1, block2 128/2, block3 256/4, block4 512/8, block5 512/16, pool5 512/32")]
    public void StagesHaveNamesChannelsAndReductions(string name, string expected)
    {
        var stages = Backbones.Named(name).Stages();

        Assert.AreEqual(expected, string.Join(", ", stages.Select(stage => $"{stage.Name} {stage.Channels}/{stage.Reduction}")));
    }

    public static IEnumerable<object[]> OneOfEachKind =>
        Backbones.All.DistinctBy(row => (row.GetType(), row.Preprocessing.ImageSize)).Append(Backbones.InceptionResNetV2)
            .Select(row => new object[] { row.Name });

    // The module whose output a stage ends with, where it is another than the stage's name says; empty where a function ends the stage.
    private static readonly Dictionary<(string Family, string Stage), string> Modules = new()
    {
        [("ResNet", "stem")] = "",
        [("VGG", "block1")] = "features.3", [("VGG", "block2")] = "features.8", [("VGG", "block3")] = "features.15",
        [("VGG", "block4")] = "features.22", [("VGG", "block5")] = "features.29", [("VGG", "pool5")] = "features.30",
        [("AlexNet", "conv1")] = "features.1", [("AlexNet", "conv2")] = "features.4", [("AlexNet", "conv5")] = "features.11",
        [("AlexNet", "pool5")] = "features.12",
    };

    // Hooks see what the modules of a whole pass give; a network that is cut gives the same, and later stages do not change it.
    [TestMethod]
    [DynamicData(nameof(OneOfEachKind))]
    public void MapsAreWhatTheModulesOfAWholePassGive(string name)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var spec = Backbones.Named(name);
        using var classifier = LivelyNetwork.Of(spec, 3);
        var backbone = classifier.Backbone;
        var size = spec.Preprocessing.ImageSize == 32 ? 32 : Math.Max(80, spec.MinimumImageSize);
        var images = randn(2, 3, size, size);
        var seen = new Dictionary<string, Tensor>();
        var modules = backbone.named_modules().Where(entry => entry.Item2 is nn.Module<Tensor, Tensor>)
            .ToDictionary(entry => entry.Item1, entry => (nn.Module<Tensor, Tensor>)entry.Item2);
        var compared = 0;
        var watched = backbone.Stages.SkipLast(1).Select(stage => (stage.Name, Module: ModuleOf(stage.Name)))
            .Where(stage => stage.Module != "").ToList();
        var hooks = watched.Select(stage => modules[stage.Module].register_forward_hook((_, _, y) =>
        {
            seen[stage.Name] = y.clone().DetachFromDisposeScope();
            return y;
        })).ToList();

        var whole = backbone.FeatureMaps(images);
        hooks.ForEach(hook => hook.remove());
        var all = backbone.StageMaps(images, backbone.Stages.Select(stage => stage.Name).ToHashSet());

        foreach (var (stage, _) in backbone.Stages)
        {
            var alone = backbone.StageMaps(images, new HashSet<string> { stage })[stage];
            Assert.IsTrue(alone.equal(all[stage]).all().item<bool>(), $"{stage}: later stages changed its maps");
            if (seen.TryGetValue(stage, out var expected))
            {
                Assert.IsTrue(alone.equal(expected).all().item<bool>(), $"{stage}: not what its module gives");
                compared++;
            }
        }
        Assert.AreEqual(watched.Count, compared);
        Assert.IsGreaterThan(1, compared);
        Assert.IsTrue(whole.equal(all[backbone.Stages[^1].Name]).all().item<bool>(), "the last stage does not give the feature maps");

        string ModuleOf(string stage) => Modules.TryGetValue((spec.Family, stage), out var module) ? module : spec switch
        {
            DenseNetSpec { Stem: StemKind.Cifar } when stage == "stem" => "features.conv0",
            DenseNetSpec => stage == "stem" ? "features.relu0" : $"features.{stage}",
            ResNetV2Spec when stage == "stem" => "stem.conv",
            _ => stage,
        };
    }

    [TestMethod]
    public void ANetworkCutByHandGivesTheSame()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var classifier = LivelyNetwork.Of(Backbones.ResNet18, 3);
        var parts = classifier.Backbone.named_children().ToDictionary(part => part.name, part => (nn.Module<Tensor, Tensor>)part.module);
        var images = randn(1, 3, 64, 64);

        var stem = nn.functional.relu(parts["bn1"].call(parts["conv1"].call(images)));
        var second = parts["layer2"].call(parts["layer1"].call(nn.functional.max_pool2d(stem, 3, 2, 1)));
        var maps = classifier.Backbone.StageMaps(images, new HashSet<string> { "stem", "layer2" });

        Assert.HasCount(2, maps);
        Assert.IsTrue(stem.equal(maps["stem"]).all().item<bool>());
        Assert.IsTrue(second.equal(maps["layer2"]).all().item<bool>());
    }

    [TestMethod]
    public void WhatComesAfterTheLastStageIsNotComputed()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var network = new StageNetwork(Backbones.ResNet18.Build(), [new("maps", "layer1", [64, 16, 16])]);
        var called = false;
        var next = (nn.Module<Tensor, Tensor>)network.Backbone.named_children().Single(part => part.name == "layer2").module;
        next.register_forward_hook((_, _, y) =>
        {
            called = true;
            return y;
        });

        CollectionAssert.AreEqual(new long[] { 1, 64 * 16 * 16 }, network.call(randn(1, 3, 64, 64)).shape);
        Assert.IsFalse(called);
    }

    [TestMethod]
    public void AnotherImageSizeHasOtherMapsAndTheSameReductions()
    {
        var stages = Backbones.InceptionV3.Stages(75);

        CollectionAssert.AreEqual(new[] { 288, 7, 7 }, stages[2].Shape.ToArray());
        CollectionAssert.AreEqual(new[] { 2, 4, 8, 16, 32 }, stages.Select(stage => stage.Reduction).ToArray());
    }

    [TestMethod]
    public void AnImageThatIsTooSmallIsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Backbones.InceptionV3.Stages(74));

        StringAssert.Contains(error.Message, "74×74 pixels are too small for 'inception_v3', which needs at least 75×75");
    }

    [TestMethod]
    public void ABuilderThatNamesNoStagesHasOne()
    {
        var stage = new OneConvolutionSpec("own").Stages().Single();

        Assert.AreEqual(("features", 5, 1), (stage.Name, stage.Channels, stage.Reduction));
    }

    private sealed record OneConvolutionSpec(string Name) : BackboneSpec(Name)
    {
        public override string Family => "Own";

        public override string Paper => "none";

        public override int FeatureCount => 5;

        public override int MinimumImageSize => 3;

        public override Backbone Build() => new OneConvolution(this);
    }

    private sealed class OneConvolution : Backbone
    {
        private readonly TorchSharp.Modules.Conv2d conv;

        public OneConvolution(BackboneSpec spec)
            : base(spec)
        {
            conv = nn.Conv2d(3, 5, 3, padding: 1);
            RegisterComponents();
        }

        public override Tensor FeatureMaps(Tensor images) => conv.call(images);
    }
}
