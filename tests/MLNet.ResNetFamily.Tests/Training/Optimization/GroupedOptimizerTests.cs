using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class GroupedOptimizerTests
{
    [TestMethod]
    [DataRow(OptimizerKind.Sgd)]
    [DataRow(OptimizerKind.AdamW)]
    [DataRow(OptimizerKind.RmsProp)]
    public void WeightDecaySparesBiasesAndNorms(OptimizerKind kind)
    {
        using var network = ToyImages.Network(seed: 1);
        using var optimizer = Create(network, new() { Optimizer = kind, LearningRate = 0.5, WeightDecay = 0.5 });
        using var scope = NewDisposeScope();
        var before = network.parameters().Select(parameter => parameter.detach().clone()).ToArray();

        // Gradients of 0 leave the decay alone: each weight loses half of a half.
        foreach (var parameter in network.parameters())
            parameter.grad = zeros_like(parameter);
        optimizer.Step();

        foreach (var (start, parameter) in before.Zip(network.parameters()))
        {
            var decayed = kind == OptimizerKind.RmsProp ? start - 0.5 * RmsPropStep(start * 0.5) : start * 0.75;
            Assert.IsTrue(parameter.allclose(parameter.dim() > 1 ? decayed : start), $"shape [{string.Join(", ", parameter.shape)}]");
        }

        // The Inception papers' decay 0.9 and 1.0 behind the root.
        static Tensor RmsPropStep(Tensor gradient) => gradient / ((gradient * gradient * 0.1).sqrt() + 1);
    }

    [TestMethod]
    public void WeightDecayPullsEverythingWhenAskedTo()
    {
        using var network = ToyImages.Network(seed: 1);
        using var optimizer = Create(network, new() { LearningRate = 0.5, WeightDecay = 0.5, DecayBiasesAndNorms = true });
        using var scope = NewDisposeScope();
        var before = network.parameters().Select(parameter => parameter.detach().clone()).ToArray();

        foreach (var parameter in network.parameters())
            parameter.grad = zeros_like(parameter);
        optimizer.Step();

        Assert.IsTrue(before.Zip(network.parameters()).All(pair => pair.Second.allclose(pair.First * 0.75)));
    }

    [TestMethod]
    public void NesterovLooksAheadAlongTheMomentum()
    {
        using var network = ToyImages.Network(seed: 1);
        using var optimizer = Create(network, new() { LearningRate = 0.1, Momentum = 0.5, Nesterov = true, WeightDecay = 0 });
        using var scope = NewDisposeScope();
        var bias = network.Head.parameters().Single(parameter => parameter.dim() == 1);
        var before = bias.detach().clone();

        bias.grad = ones_like(bias);
        optimizer.Step();
        bias.grad = ones_like(bias);
        optimizer.Step();

        Assert.IsTrue(bias.allclose(before - 0.1 * (1.5 + 1.75)));      // gradient plus half of the momenta 1 and 1.5
    }

    [TestMethod]
    public void SgdRemembersPartOfThePreviousStep()
    {
        using var network = ToyImages.Network(seed: 1);
        using var optimizer = Create(network, new() { LearningRate = 0.1, Momentum = 0.5, WeightDecay = 0 });
        using var scope = NewDisposeScope();
        var bias = network.Head.parameters().Single(parameter => parameter.dim() == 1);
        var before = bias.detach().clone();

        bias.grad = ones_like(bias);
        optimizer.Step();
        bias.grad = ones_like(bias);
        optimizer.Step();

        Assert.IsTrue(bias.allclose(before - 0.1 * (1 + 1.5)));
    }

    [TestMethod]
    public void PartsLearnAtAShareOfOneLearningRate()
    {
        using var network = ToyImages.Network(seed: 1);
        var (weight, bias) = (network.Head.parameters().First(), network.Head.parameters().Last());
        using var optimizer = new GroupedOptimizer([new([weight], 1), new([bias], 0.25)], new() { Momentum = 0, WeightDecay = 0 });
        using var scope = NewDisposeScope();
        var (weightBefore, biasBefore) = (weight.detach().clone(), bias.detach().clone());

        optimizer.LearningRate = 0.2;
        weight.grad = ones_like(weight);
        bias.grad = ones_like(bias);
        optimizer.Step();

        Assert.IsTrue(weight.allclose(weightBefore - 0.2));
        Assert.IsTrue(bias.allclose(biasBefore - 0.05));
    }

    private static GroupedOptimizer Create(ImageClassifierNetwork network, TrainingOptions options) =>
        new(new FineTunePlan(network, options).Parts, options);
}
