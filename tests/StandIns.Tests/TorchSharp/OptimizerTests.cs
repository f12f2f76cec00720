using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StandIns.Tests;

/// <summary>Three steps of each optimiser on one number, against the formulas of PyTorch's documentation.</summary>
[TestClass]
public class OptimizerTests
{
    private static readonly double[] Gradients = [0.5, -1.0, 2.0];

    [TestMethod]
    [DataRow(0.0, 0.0, false)]
    [DataRow(0.9, 0.0, false)]
    [DataRow(0.9, 0.01, false)]
    [DataRow(0.9, 0.01, true)]
    public void SgdFollowsTheFormula(double momentum, double decay, bool nesterov)
    {
        double weight = 1, buffer = 0;
        for (int i = 0; i < 3; i++)
        {
            double gradient = Gradients[i] + decay * weight;
            buffer = i == 0 ? gradient : momentum * buffer + gradient;
            gradient = momentum == 0 ? gradient : nesterov ? gradient + momentum * buffer : buffer;
            weight -= 0.1 * gradient;
        }

        Assert.AreEqual(weight, Train(p => optim.SGD(p, 0.1, momentum, weight_decay: decay, nesterov: nesterov)), 1e-6);
    }

    [TestMethod]
    public void AdamWFollowsTheFormula()
    {
        double weight = 1, mean = 0, square = 0;
        for (int i = 1; i <= 3; i++)
        {
            weight *= 1 - 0.1 * 0.01;
            mean = 0.9 * mean + 0.1 * Gradients[i - 1];
            square = 0.999 * square + 0.001 * Gradients[i - 1] * Gradients[i - 1];
            weight -= 0.1 * (mean / (1 - Math.Pow(0.9, i))) / (Math.Sqrt(square / (1 - Math.Pow(0.999, i))) + 1e-8);
        }

        Assert.AreEqual(weight, Train(p => optim.AdamW(p, 0.1, weight_decay: 0.01)), 1e-6);
    }

    [TestMethod]
    [DataRow(0.0, false)]
    [DataRow(0.9, false)]
    [DataRow(0.9, true)]
    public void RmsPropFollowsTheFormula(double momentum, bool centered)
    {
        double weight = 1, square = 0, average = 0, buffer = 0;
        foreach (double gradient in Gradients)
        {
            square = 0.9 * square + 0.1 * gradient * gradient;
            average = 0.9 * average + 0.1 * gradient;
            double step = gradient / (Math.Sqrt(centered ? square - average * average : square) + 1e-8);
            buffer = momentum * buffer + step;
            weight -= 0.1 * (momentum > 0 ? buffer : step);
        }

        Assert.AreEqual(weight, Train(p => optim.RMSProp(p, 0.1, alpha: 0.9, momentum: momentum, centered: centered)), 1e-5);
    }

    [TestMethod]
    public void GroupsKeepTheirOwnOptionsAndTakeTheRestFromTheDefaults()
    {
        using Parameter fast = Parameter(ones(1)), slow = Parameter(ones(1));
        using SGD optimizer = optim.SGD(
            [new SGD.ParamGroup([fast], new SGD.Options { LearningRate = 1 }), new SGD.ParamGroup { Parameters = [slow] }], 0.5);

        foreach (Parameter parameter in optimizer.parameters())
            parameter.grad = ones(1);
        optimizer.step();

        Assert.AreEqual(0, fast.item<float>());
        Assert.AreEqual(0.5f, slow.item<float>());
        CollectionAssert.AreEqual(new double[] { 1, 0.5 }, optimizer.ParamGroups.Select(group => group.LearningRate).ToArray());
        optimizer.ParamGroups.First().LearningRate = 0;
        optimizer.step();
        Assert.AreEqual(0, fast.item<float>());
        Assert.AreEqual(0, slow.item<float>());
    }

    [TestMethod]
    public void ZeroGradSetsZerosAndModulesDropTheGradient()
    {
        using Linear linear = Linear(1, 1);
        using SGD optimizer = optim.SGD(linear.parameters(), 1);
        using Tensor loss = linear.call(ones(1, 1)).sum();
        loss.backward();

        optimizer.zero_grad();
        Assert.AreEqual(0, linear.weight.grad!.item<float>());
        linear.zero_grad();
        Assert.IsNull(linear.weight.grad);
    }

    [TestMethod]
    public void ASavedStateGoesOnAsIfNothingHadHappened()
    {
        foreach (Func<Parameter, OptimizerHelper> make in new Func<Parameter, OptimizerHelper>[]
        {
            p => optim.SGD([p], 0.1, 0.9), p => optim.AdamW([p], 0.1, weight_decay: 0.1), p => optim.RMSProp([p], 0.1, momentum: 0.9),
        })
        {
            using Parameter whole = Parameter(ones(1)), resumed = Parameter(ones(1));
            using OptimizerHelper first = make(whole);
            Step(first, whole, 0.5);
            using var stream = new MemoryStream();
            first.save_state_dict(new BinaryWriter(stream));
            using (no_grad())
                resumed.copy_(whole);
            stream.Position = 0;
            using OptimizerHelper second = make(resumed);
            second.load_state_dict(new BinaryReader(stream));

            Step(first, whole, -2);
            Step(second, resumed, -2);

            Assert.AreEqual(whole.item<float>(), resumed.item<float>());
            Assert.IsTrue(first.state_dict().State[0].ApproximatelyEquals(second.state_dict().State[0]));
        }
    }

    [TestMethod]
    public void ClippingScalesAllGradientsByOneFactor()
    {
        using Parameter a = Parameter(zeros(1)), b = Parameter(zeros(1));
        (a.grad, b.grad) = (full(1, 3f), full(1, 4f));

        double norm = nn.utils.clip_grad_norm_([a, b], 1);

        Assert.AreEqual(5, norm, 1e-6);
        Assert.AreEqual(0.6, a.grad!.item<float>(), 1e-5);
        Assert.AreEqual(0.8, b.grad!.item<float>(), 1e-5);
        Assert.AreEqual(1, nn.utils.clip_grad_norm_([a, b], 2), 1e-5);
        Assert.AreEqual(0.6, a.grad!.item<float>(), 1e-5);
    }

    private static double Train(Func<IEnumerable<Parameter>, OptimizerHelper> make)
    {
        using Parameter weight = Parameter(ones(1));
        using OptimizerHelper optimizer = make([weight]);
        foreach (double gradient in Gradients)
            Step(optimizer, weight, gradient);
        return weight.item<float>();
    }

    private static void Step(OptimizerHelper optimizer, Parameter weight, double gradient)
    {
        using Tensor value = full(1, (float)gradient);
        weight.grad = value;
        optimizer.step();
    }
}
