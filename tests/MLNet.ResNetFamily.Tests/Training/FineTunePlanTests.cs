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

    [TestMethod]
    [DataRow("resnet18")]
    [DataRow("resnetv2_18")]
    [DataRow("densenet_40_12_cifar")]
    [DataRow("xception")]
    [DataRow("inception_v3")]        // has an auxiliary classifier
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
}
