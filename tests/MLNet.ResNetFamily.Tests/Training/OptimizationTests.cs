using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class OptimizationTests
{
    [TestMethod]
    [DataRow(OptimizerKind.Sgd)]
    [DataRow(OptimizerKind.AdamW)]
    public void WeightDecaySparesBiasesAndNorms(OptimizerKind optimizer)
    {
        using var network = ToyImages.Network(seed: 1);
        using var optimization = Optimization.Create(network, new TrainingRecipe { Optimizer = optimizer, LearningRate = 0.5, WeightDecay = 0.5 });
        using var scope = NewDisposeScope();
        var before = network.parameters().Select(parameter => parameter.detach().clone()).ToArray();

        // Gradients of 0 leave the decay alone: each weight loses half of a half.
        foreach (var parameter in network.parameters())
            parameter.grad = zeros_like(parameter);
        optimization.step();

        foreach (var (start, parameter) in before.Zip(network.parameters()))
            Assert.IsTrue(parameter.allclose(start * (parameter.dim() > 1 ? 0.75 : 1)), $"shape [{string.Join(", ", parameter.shape)}]");
    }

    [TestMethod]
    public void FrozenWeightsAreLeftOut()
    {
        using var network = ToyImages.Network(seed: 1);
        foreach (var parameter in network.Backbone.parameters())
            parameter.requires_grad = false;

        using var optimization = Optimization.Create(network, new TrainingRecipe());

        var count = optimization.parameters().Count();
        Assert.AreEqual(network.Head.parameters().Count(), count);
    }

    [TestMethod]
    public void SgdRemembersPartOfThePreviousStep()
    {
        using var network = ToyImages.Network(seed: 1);
        using var optimization = Optimization.Create(network, new TrainingRecipe { LearningRate = 0.1, Momentum = 0.5, WeightDecay = 0 });
        using var scope = NewDisposeScope();
        var bias = network.Head.parameters().Single(parameter => parameter.dim() == 1);
        var before = bias.detach().clone();

        bias.grad = ones_like(bias);
        optimization.step();
        bias.grad = ones_like(bias);
        optimization.step();

        Assert.IsTrue(bias.allclose(before - 0.1 * (1 + 1.5)));
    }
}
