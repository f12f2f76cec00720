using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Packages;

/// <summary>
/// TorchSharp's optimizers against the formulas of PyTorch's documentation, made as the library makes them. A checkpoint carries what they
/// remember: another formula would go on otherwise than it began.
/// </summary>
[TestClass]
public sealed class OptimizerTests
{
    private static readonly double[] Gradients = [0.5, -1.0, 2.0];

    [TestMethod]
    [DataRow(0.0, 0.0, false)]
    [DataRow(0.9, 0.0, false)]
    [DataRow(0.9, 0.01, false)]
    [DataRow(0.9, 0.01, true)]
    public void SgdFollowsItsFormula(double momentum, double decay, bool nesterov)
    {
        double weight = 1, buffer = 0;
        for (var i = 0; i < 3; i++)
        {
            var gradient = Gradients[i] + decay * weight;
            buffer = i == 0 ? gradient : momentum * buffer + gradient;
            weight -= 0.1 * (momentum == 0 ? gradient : nesterov ? gradient + momentum * buffer : buffer);
        }

        Assert.AreEqual(
            weight, Train(
                p => optim.SGD([new SGD.ParamGroup([p], momentum: momentum, weight_decay: decay, nesterov: nesterov)], 0.1)), 1e-6);
    }

    [TestMethod]
    public void AdamWFollowsItsFormula()
    {
        double weight = 1, mean = 0, square = 0;
        for (var i = 1; i <= 3; i++)
        {
            weight *= 1 - 0.1 * 0.01;
            mean = 0.9 * mean + 0.1 * Gradients[i - 1];
            square = 0.999 * square + 0.001 * Gradients[i - 1] * Gradients[i - 1];
            weight -= 0.1 * (mean / (1 - Math.Pow(0.9, i))) / (Math.Sqrt(square / (1 - Math.Pow(0.999, i))) + 1e-8);
        }

        Assert.AreEqual(weight, Train(p => optim.AdamW([new AdamW.ParamGroup([p], weight_decay: 0.01)])), 1e-6);
    }

    [TestMethod]
    [DataRow(0.0, 0.0)]
    [DataRow(0.9, 0.0)]
    [DataRow(0.9, 0.01)]
    public void RmsPropAddsItsEpsilonBehindTheRoot(double momentum, double decay)
    {
        double weight = 1, square = 0, buffer = 0;
        foreach (var slope in Gradients)
        {
            var gradient = slope + decay * weight;
            square = 0.9 * square + 0.1 * gradient * gradient;
            buffer = momentum * buffer + gradient / (Math.Sqrt(square) + 1);
            weight -= 0.1 * buffer;
        }

        Assert.AreEqual(
            weight, Train(
                p => optim.RMSProp([new RMSProp.ParamGroup([p], alpha: 0.9, eps: 1, weight_decay: decay, momentum: momentum)])), 1e-6);
    }

    [TestMethod]
    public void AWeightWithoutGradientStaysAsItIs()
    {
        foreach (var make in new Func<Parameter, OptimizerHelper>[]
        {
            p => optim.SGD([new SGD.ParamGroup([p], momentum: 0.9, weight_decay: 0.1)], 0.1),
            p => optim.AdamW([new AdamW.ParamGroup([p], weight_decay: 0.1)]),
            p => optim.RMSProp([new RMSProp.ParamGroup([p], momentum: 0.9, weight_decay: 0.1)]),
        })
        {
            using var weight = new Parameter(ones(1));
            using var optimizer = make(weight);
            Step(optimizer, 1, weight);
            var before = weight.item<float>();

            weight.grad = null;
            optimizer.step();

            Assert.AreEqual(before, weight.item<float>(), $"{optimizer.GetType().Name}");
        }
    }

    [TestMethod]
    public void WhatSgdRemembersIsItsOwnTensorAndMayBeReplaced()
    {
        using var weight = new Parameter(ones(1));
        using var optimizer = optim.SGD([new SGD.ParamGroup([weight], lr: 1, momentum: 0.5)], 1);

        ((SGD.State)optimizer.state_dict().State[0]).momentum_buffer = full(1, 4f);
        Step(optimizer, 1, weight);

        Assert.AreEqual(1 - (0.5f * 4 + 1), weight.item<float>());
        Assert.AreEqual(0.5f * 4 + 1, ((SGD.State)optimizer.state_dict().State[0]).momentum_buffer!.item<float>());
    }

    [TestMethod]
    public void WhatAdamWRemembersMayBeReplaced()
    {
        using Parameter whole = new(ones(1)), resumed = new(ones(1));
        using OptimizerHelper first = optim.AdamW([new AdamW.ParamGroup([whole])]), second = optim.AdamW([new AdamW.ParamGroup([resumed])]);
        Step(first, 0.5, whole);
        using (no_grad())
            resumed.copy_(whole);
        var (from, to) = ((AdamW.State)first.state_dict().State[0], (AdamW.State)second.state_dict().State[0]);

        (to.step, to.exp_avg, to.exp_avg_sq) = (from.step, from.exp_avg.clone(), from.exp_avg_sq.clone());
        Step(first, -2, whole);
        Step(second, -2, resumed);

        Assert.AreEqual(whole.item<float>(), resumed.item<float>());
        Assert.AreEqual(2, from.step);
    }

    [TestMethod]
    public void StatesComeInTheOrderOfTheWeights()
    {
        var weights = Enumerable.Range(1, 12).Select(size => new Parameter(ones(size))).ToArray();
        using var optimizer = optim.SGD(
            [new SGD.ParamGroup(weights[..5], momentum: 0.5), new SGD.ParamGroup(weights[5..], momentum: 0.5)], 1);

        Step(optimizer, 1, weights);

        CollectionAssert.AreEqual(
            Enumerable.Range(1, 12).Select(size => (long)size).ToArray(),
            optimizer.state_dict().State.Select(state => ((SGD.State)state).momentum_buffer!.numel()).ToArray());
    }

    /// <summary>A weight that does not learn in this step then has none, and stays.</summary>
    [TestMethod]
    public void AModuleDropsItsGradients()
    {
        using var linear = nn.Linear(1, 1);
        using var loss = linear.call(ones(1, 1)).sum();
        loss.backward();
        Assert.IsNotNull(linear.weight.grad);

        linear.zero_grad();

        Assert.IsNull(linear.weight.grad);
    }

    private static double Train(Func<Parameter, OptimizerHelper> make)
    {
        using var weight = new Parameter(ones(1));
        using var optimizer = make(weight);
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = 0.1;
        foreach (var gradient in Gradients)
            Step(optimizer, gradient, weight);
        return weight.item<float>();
    }

    private static void Step(OptimizerHelper optimizer, double gradient, params Parameter[] weights)
    {
        foreach (var weight in weights)
            weight.grad = full_like(weight, gradient).detach();
        optimizer.step();
    }
}
