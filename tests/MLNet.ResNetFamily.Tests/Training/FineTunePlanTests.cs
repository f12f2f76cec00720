using TorchSharp.Modules;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class FineTunePlanTests
{
    [TestMethod]
    public void EverythingLearnsAtOneSpeedByDefault()
    {
        using var network = ToyImages.Network(seed: 1);

        var plan = new FineTunePlan(network, new() { Epochs = 7 });

        CollectionAssert.AreEquivalent(network.parameters().ToArray(), plan.Parts.Single().Parameters.ToArray());
        Assert.AreEqual(1, plan.Parts.Single().RateFactor);
        Assert.AreEqual(new FineTunePlan.Phase(1, 7, BackboneLearns: true), plan.PhaseOf(7));
    }

    [TestMethod]
    public void HeadOnlyIsTheHeadToTheEnd()
    {
        using var network = ToyImages.Network(seed: 1);

        var plan = new FineTunePlan(network, new() { Epochs = 7, FineTune = FineTuneKind.HeadOnly });

        CollectionAssert.AreEqual(network.Head.parameters().ToArray(), plan.Parts.Single().Parameters.ToArray());
        Assert.AreEqual(new FineTunePlan.Phase(1, 7, BackboneLearns: false), plan.PhaseOf(7));
    }

    [TestMethod]
    [DataRow(10, 3)]
    [DataRow(3, 1)]
    [DataRow(2, 1)]
    public void GradualBeginsWithTheHead(int epochs, int headEpochs)
    {
        using var network = ToyImages.Network(seed: 1);

        var plan = new FineTunePlan(network, new() { Epochs = epochs, FineTune = FineTuneKind.Gradual });

        Assert.AreEqual(new FineTunePlan.Phase(1, headEpochs, BackboneLearns: false), plan.PhaseOf(headEpochs));
        Assert.AreEqual(new FineTunePlan.Phase(headEpochs + 1, epochs - headEpochs, BackboneLearns: true), plan.PhaseOf(headEpochs + 1));
    }

    [TestMethod]
    [DataRow("resnet18", 5)]         // conv1 with bn1, four stages
    [DataRow("densenet121", 8)]      // conv0 with norm0, four blocks, three transitions; the last norm goes with the last block
    public void EarlierLayersLearnMoreSlowly(string backbone, int levelCount)
    {
        using var network = new ImageClassifierNetwork(Backbones.Named(backbone), 10);

        var parts = new FineTunePlan(network, new() { FineTune = FineTuneKind.Gradual, FirstLayerLearningRateFactor = 0.01 }).Parts;

        Assert.HasCount(levelCount + 1, parts);
        Assert.AreEqual(0.01, parts[0].RateFactor, 1e-12);
        Assert.AreEqual(1, parts[^1].RateFactor);
        CollectionAssert.AreEqual(network.Head.parameters().ToArray(), parts[^1].Parameters.ToArray());
        for (var index = 1; index < parts.Count; index++)
            Assert.AreEqual(Math.Pow(100, 1.0 / levelCount), parts[index].RateFactor / parts[index - 1].RateFactor, 1e-9);
    }

    // timm numbers resnet18's layers: the first convolution, eight blocks, the classifier.
    [TestMethod]
    [DataRow("resnet18", 9)]
    [DataRow("resnet50", 17)]
    [DataRow("resnetv2_18", 9)]
    [DataRow("densenet121", 62)]     // 58 dense layers, three transitions
    [DataRow("xception", 16)]        // four convolutions, twelve blocks
    [DataRow("vgg16", 15)]           // thirteen convolutions, two linear layers
    [DataRow("inception_v3", 16)]    // five convolutions, eleven blocks
    public void EachLayerLearnsAtAPartOfTheNextOne(string backbone, int layerCount)
    {
        using var network = new ImageClassifierNetwork(Backbones.Named(backbone), 10);

        var parts = new FineTunePlan(network, new() { LayerDecay = 0.75 }).Parts;

        Assert.HasCount(layerCount + 1, parts);
        for (var index = 0; index < parts.Count; index++)
            Assert.AreEqual(Math.Pow(0.75, layerCount - index), parts[index].RateFactor, 1e-12);
        Assert.IsTrue(network.Head.parameters().All(parts[^1].Parameters.Contains));
        CollectionAssert.AreEquivalent(network.parameters().ToArray(), parts.SelectMany(part => part.Parameters).ToArray<Parameter>());
    }

    [TestMethod]
    public void TheLayersOfAResNetAreItsBlocks()
    {
        using var network = new ImageClassifierNetwork(Backbones.ResNet18, 10);
        var names = network.Backbone.named_parameters().ToDictionary(entry => entry.parameter, entry => entry.name);

        var parts = new FineTunePlan(network, new() { LayerDecay = 0.75 }).Parts;

        CollectionAssert.AreEqual(
            new[] { "conv1 bn1", "layer1.0", "layer1.1", "layer2.0", "layer2.1", "layer3.0", "layer3.1", "layer4.0", "layer4.1" },
            parts.SkipLast(1).Select(part => string.Join(' ', part.Parameters.Select(parameter => Layer(names[parameter])).Distinct()))
                .ToArray());

        static string Layer(string name) =>
            string.Join('.', name.Split('.').Take(name.StartsWith("layer", StringComparison.Ordinal) ? 2 : 1));
    }

    [TestMethod]
    [DataRow(FineTuneKind.HeadOnly, 1)]
    [DataRow(FineTuneKind.Gradual, 10)]
    [DataRow(FineTuneKind.All, 10)]
    public void OneNumberIsForEveryKindOfFineTuning(FineTuneKind kind, int partCount)
    {
        using var network = new ImageClassifierNetwork(Backbones.ResNet18, 10);

        var parts = new FineTunePlan(network, new() { FineTune = kind, LayerDecay = 0.5 }).Parts;

        Assert.HasCount(partCount, parts);
        Assert.AreEqual(1, parts[^1].RateFactor);
        Assert.AreEqual(Math.Pow(0.5, partCount - 1), parts[0].RateFactor);
    }

    [TestMethod]
    [DataRow("resnet18")]
    [DataRow("resnetv2_18")]
    [DataRow("densenet_40_12_cifar")]
    [DataRow("xception")]
    [DataRow("alexnet")]
    [DataRow("googlenet")]           // has two auxiliary classifiers
    [DataRow("inception_v3")]        // has one
    public void NoWeightIsForgotten(string backbone)
    {
        using var network = new ImageClassifierNetwork(Backbones.Named(backbone), 10);

        var parts = new FineTunePlan(network, new() { FineTune = FineTuneKind.Gradual }).Parts;

        CollectionAssert.AreEquivalent(network.parameters().ToArray(), parts.SelectMany(part => part.Parameters).ToArray<Parameter>());
    }

    [TestMethod]
    public void AFrozenBackboneHasNoGradientsAndScores()
    {
        using var network = ToyImages.Network(seed: 1);
        var plan = new FineTunePlan(network, new() { Epochs = 2, FineTune = FineTuneKind.Gradual });

        plan.BeginEpoch(1);

        Assert.IsTrue(network.Backbone.parameters().All(parameter => !parameter.requires_grad));
        Assert.IsTrue(network.Backbone.modules().All(module => !module.training));
        Assert.IsTrue(network.Head.training);

        plan.BeginEpoch(2);

        Assert.IsTrue(network.parameters().All(parameter => parameter.requires_grad));
        Assert.IsTrue(network.modules().All(module => module.training));
    }

    [TestMethod]
    [DataRow(FineTuneKind.Gradual, PretrainedWeights.MLNet, null, false, true)]
    [DataRow(FineTuneKind.Gradual, PretrainedWeights.MLNet, null, true, false)]
    [DataRow(FineTuneKind.Gradual, PretrainedWeights.MLNet, false, false, false)]
    [DataRow(FineTuneKind.Gradual, null, null, false, false)]
    [DataRow(FineTuneKind.All, PretrainedWeights.MLNet, null, false, false)]
    [DataRow(FineTuneKind.All, null, true, false, true)]
    public void StatisticsThatCameWithTheWeightsAreKept(FineTuneKind kind, string? weights, bool? freeze, bool isShared, bool isKept)
    {
        using var network = ToyImages.Network(seed: 1);
        var plan = new FineTunePlan(network, new ImageClassifierTrainer.Options
        {
            Epochs = 2, FineTune = kind, Weights = weights, FreezeBatchNorm = freeze, SyncBatchNorm = isShared,
        });

        plan.BeginEpoch(2);

        Assert.IsTrue(network.Backbone.modules().OfType<BatchNorm>().All(norm => norm.training != isKept));
        Assert.IsTrue(network.parameters().All(parameter => parameter.requires_grad));
    }
}
