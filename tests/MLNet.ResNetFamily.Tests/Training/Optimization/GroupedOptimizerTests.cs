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

    // In PyTorch 1.13, for each weight p with gradient g, at step t:
    // m.mul_(b1).add_(g, alpha=1 - b1); v.mul_(b2).addcmul_(g, g, value=1 - b2)
    // u = (m / (1 - b1 ** t)) / ((v.sqrt() / (1 - b2 ** t) ** 0.5) + 1e-6)
    // if decay: u = u + decay * p; u = u * (p.norm() / u.norm())
    // p.sub_(lr * u)
    [TestMethod]
    public void LambTakesStepsInProportionToTheWeights()
    {
        using var scope = NewDisposeScope();
        var weight = new TorchSharp.Modules.Parameter(Square(0.5f, -1, 2, 0.25f));
        var bias = new TorchSharp.Modules.Parameter(tensor(new[] { 0.1f, -0.2f }));
        using var optimizer = new GroupedOptimizer(
            [new([weight, bias], 1)], new() { Optimizer = OptimizerKind.Lamb, LearningRate = 0.01, WeightDecay = 0.02 });

        weight.grad = Square(0.1f, -0.2f, 0.3f, 0.05f);
        bias.grad = tensor(new[] { 0.5f, -0.1f });
        optimizer.Step();
        weight.grad = Square(-0.3f, 0.1f, 0.2f, 0.4f);
        bias.grad = tensor(new[] { 0.2f, 0.3f });
        optimizer.Step();

        float[] expected = [0.4963680f, -0.9838601f, 1.9719874f, 0.2253412f, 0.0810143f, -0.1949420f];
        float[] found = [.. weight.data<float>(), .. bias.data<float>()];
        foreach (var (value, other) in expected.Zip(found))
            Assert.AreEqual(value, other, 1e-6f);

        static Tensor Square(params float[] values) => tensor(values, [2, 2]);
    }

    [TestMethod]
    public void AWeightOfZerosTakesLambsStepUnchanged()
    {
        using var scope = NewDisposeScope();
        var weight = new TorchSharp.Modules.Parameter(zeros(2, 2));
        using var optimizer = new GroupedOptimizer([new([weight], 1)], new() { Optimizer = OptimizerKind.Lamb, LearningRate = 0.01 });

        weight.grad = ones_like(weight);
        optimizer.Step();

        Assert.IsTrue(weight.allclose(full_like(weight, -0.01), 1e-4, 1e-6));
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
