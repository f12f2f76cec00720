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
        using var optimization = Create(network, new() { Optimizer = optimizer, LearningRate = 0.5, WeightDecay = 0.5 });
        using var scope = NewDisposeScope();
        var before = network.parameters().Select(parameter => parameter.detach().clone()).ToArray();

        // Gradients of 0 leave the decay alone: each weight loses half of a half.
        foreach (var parameter in network.parameters())
            parameter.grad = zeros_like(parameter);
        optimization.Step();

        foreach (var (start, parameter) in before.Zip(network.parameters()))
            Assert.IsTrue(parameter.allclose(start * (parameter.dim() > 1 ? 0.75 : 1)), $"shape [{string.Join(", ", parameter.shape)}]");
    }

    [TestMethod]
    public void SgdRemembersPartOfThePreviousStep()
    {
        using var network = ToyImages.Network(seed: 1);
        using var optimization = Create(network, new() { LearningRate = 0.1, Momentum = 0.5, WeightDecay = 0 });
        using var scope = NewDisposeScope();
        var bias = network.Head.parameters().Single(parameter => parameter.dim() == 1);
        var before = bias.detach().clone();

        bias.grad = ones_like(bias);
        optimization.Step();
        bias.grad = ones_like(bias);
        optimization.Step();

        Assert.IsTrue(bias.allclose(before - 0.1 * (1 + 1.5)));
    }

    [TestMethod]
    public void PartsLearnAtAShareOfOneLearningRate()
    {
        using var network = ToyImages.Network(seed: 1);
        var (weight, bias) = (network.Head.parameters().First(), network.Head.parameters().Last());
        using var optimization = new Optimization([new([weight], 1), new([bias], 0.25)], new() { Momentum = 0, WeightDecay = 0 });
        using var scope = NewDisposeScope();
        var (weightBefore, biasBefore) = (weight.detach().clone(), bias.detach().clone());

        optimization.LearningRate = 0.2;
        weight.grad = ones_like(weight);
        bias.grad = ones_like(bias);
        optimization.Step();

        Assert.IsTrue(weight.allclose(weightBefore - 0.2));
        Assert.IsTrue(bias.allclose(biasBefore - 0.05));
    }

    private static Optimization Create(ImageClassifierNetwork network, TrainingRecipe recipe) =>
        new(new FineTunePlan(network, recipe).Parts, recipe);
}
