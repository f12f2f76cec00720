using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace StandIns.Tests;

[TestClass]
public class ModuleTests
{
    [TestMethod]
    public void StateKeysFollowFieldNamesAndSequentialPositions()
    {
        using var network = new SmallNetwork();

        string[] parameters = network.named_parameters().Select(item => item.Item1).ToArray();
        string[] state = network.state_dict().Keys.ToArray();

        CollectionAssert.AreEqual(
            new[] { "conv1.weight", "bn1.weight", "bn1.bias", "layer1.0.weight", "layer1.0.bias", "layer1.fc.weight", "layer1.fc.bias", "scale" }.Order().ToArray(),
            parameters.Order().ToArray());
        CollectionAssert.AreEquivalent(
            parameters.Concat(["bn1.running_mean", "bn1.running_var", "bn1.num_batches_tracked"]).ToArray(), state);
        CollectionAssert.AreEqual(
            new[] { "conv1", "bn1", "layer1", "layer1.0", "layer1.1", "layer1.fc" }, network.named_modules().Select(item => item.Item1).ToArray());
    }

    [TestMethod]
    public void TheForwardPassEqualsTheFormula()
    {
        using var scope = NewDisposeScope();
        using Conv2d conv = Conv2d(1, 1, 2, bias: true);
        using (no_grad())
        {
            conv.weight.copy_(tensor(new float[] { 1, 2, 3, 4 }).reshape(1, 1, 2, 2));
            conv.bias!.fill_(0.5f);
        }

        Tensor result = conv.call(arange(9, ScalarType.Float32).reshape(1, 1, 3, 3));

        CollectionAssert.AreEqual(new float[] { 27.5f, 37.5f, 57.5f, 67.5f }, result.data<float>().ToArray());
    }

    [TestMethod]
    public void BatchNormUsesTheBatchWhenTrainingAndRunningStatisticsOtherwise()
    {
        using var scope = NewDisposeScope();
        using BatchNorm2d norm = BatchNorm2d(1, momentum: 0.5);
        Tensor images = tensor(new float[] { 1, 3, 5, 7 }).reshape(1, 1, 2, 2);

        Tensor trained = norm.call(images);
        norm.eval();
        Tensor evaluated = norm.call(images);

        double deviation = Math.Sqrt(5 + 1e-5);
        AssertClose([(1 - 4) / deviation, (3 - 4) / deviation, (5 - 4) / deviation, (7 - 4) / deviation], trained);
        double mean = 0.5 * 4, variance = 0.5 + 0.5 * (20.0 / 3);
        AssertClose([(1 - mean) / Math.Sqrt(variance + 1e-5), (3 - mean) / Math.Sqrt(variance + 1e-5), (5 - mean) / Math.Sqrt(variance + 1e-5), (7 - mean) / Math.Sqrt(variance + 1e-5)], evaluated);
        Assert.AreEqual(1, norm.num_batches_tracked!.item<long>());
        Assert.ThrowsExactly<ArgumentException>(() => norm.call(ones(2, 2)));
    }

    [TestMethod]
    public void PoolingAndLinearEqualTheFormula()
    {
        using var scope = NewDisposeScope();
        Tensor images = arange(16, ScalarType.Float32).reshape(1, 1, 4, 4);
        using Linear linear = Linear(2, 1);
        using (no_grad())
        {
            linear.weight.copy_(tensor(new float[] { 2, -1 }).reshape(1, 2));
            linear.bias!.fill_(3);
        }

        CollectionAssert.AreEqual(new float[] { 5, 7, 13, 15 }, MaxPool2d(2).call(images).data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 2.5f, 4.5f, 10.5f, 12.5f }, AvgPool2d(2).call(images).data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 7.5f }, AdaptiveAvgPool2d(1).call(images).data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 3 + 2 * 5 - 7 }, linear.call(tensor(new float[] { 5, 7 }).reshape(1, 2)).data<float>().ToArray());
    }

    [TestMethod]
    public void CrossEntropySmoothsLabels()
    {
        using var scope = NewDisposeScope();
        Tensor logits = tensor(new float[] { 1, 2, 3 }).reshape(1, 3), target = tensor(new long[] { 2 });
        double total = Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(3));

        Assert.AreEqual(total - 3, functional.cross_entropy(logits, target).item<float>(), 1e-6);
        Assert.AreEqual(total - (0.9 * 3 + 0.1 * 2), functional.cross_entropy(logits, target, label_smoothing: 0.1).item<float>(), 1e-6);
        Assert.AreEqual(total - (0.9 * 3 + 0.1 * 2), new CrossEntropyLoss(label_smoothing: 0.1).call(logits, target).item<float>(), 1e-6);
    }

    [TestMethod]
    public void HooksSeeAndReplaceInputAndOutput()
    {
        using var scope = NewDisposeScope();
        using ReLU relu = ReLU();
        int calls = 0;
        var pre = relu.register_forward_pre_hook((_, input) => input + 1);
        var post = relu.register_forward_hook((_, input, output) => { calls++; return output * 10 + input; });
        Tensor input = tensor(new float[] { -3, 1 });

        CollectionAssert.AreEqual(new float[] { -2, 22 }, relu.call(input).data<float>().ToArray());

        pre.remove();
        post.remove();
        CollectionAssert.AreEqual(new float[] { 0, 1 }, relu.call(input).data<float>().ToArray());
        Assert.AreEqual(1, calls);
    }

    [TestMethod]
    public void TrainAndEvalReachEveryModule()
    {
        using var network = new SmallNetwork();

        network.eval();

        Assert.IsFalse(network.training);
        Assert.IsTrue(network.modules().All(module => !module.training));
        network.train();
        Assert.IsTrue(network.modules().All(module => module.training));
    }

    [TestMethod]
    public void LoadStateDictCopiesValuesAndRefusesOtherKeys()
    {
        using var scope = NewDisposeScope();
        using SmallNetwork from = new(), to = new();

        to.load_state_dict(from.state_dict());

        foreach ((string key, Tensor value) in from.state_dict())
            Assert.IsTrue(value.Equals(to.state_dict()[key]), key);
        Assert.IsTrue(to.parameters().All(parameter => parameter.requires_grad));
        var fewer = from.state_dict().Skip(1).ToDictionary();
        Assert.ThrowsExactly<InvalidOperationException>(() => to.load_state_dict(fewer));
        CollectionAssert.AreEqual(new[] { from.state_dict().Keys.First() }, to.load_state_dict(fewer, strict: false).Item1.ToArray());
    }

    [TestMethod]
    public void DisposeReachesChildrenParametersAndBuffers()
    {
        var network = new SmallNetwork();
        Tensor[] state = network.state_dict().Values.ToArray();

        network.Dispose();

        Assert.IsTrue(state.All(tensor => tensor.IsInvalid));
    }

    [TestMethod]
    public void ModulesConvertTheirRealNumbersOnly()
    {
        using var network = new SmallNetwork();

        network.to(ScalarType.Float64);

        Assert.IsTrue(network.parameters().All(parameter => parameter.dtype == ScalarType.Float64 && parameter.requires_grad));
        Assert.AreEqual(ScalarType.Int64, network.get_buffer("bn1.num_batches_tracked")!.dtype);
        Assert.AreEqual(ScalarType.Float64, network.Scale.dtype);
        using Tensor result = network.call(ones(2, 1, 4, 4, ScalarType.Float64));
        Assert.AreEqual(ScalarType.Float64, result.dtype);
        Assert.ThrowsExactly<ArgumentException>(() => network.to(ScalarType.Int64));
    }

    [TestMethod]
    public void ModuleListRegistersItsMembersByNumber()
    {
        using var owner = new ListOwner();

        CollectionAssert.AreEqual(
            new[] { "blocks.0.weight", "blocks.0.bias", "blocks.1.weight", "blocks.1.bias" }, owner.named_parameters().Select(item => item.Item1).ToArray());
    }

    [TestMethod]
    public void SequentialSlicesAndCounts()
    {
        using Sequential all = Sequential(Linear(1, 2), ReLU(), Linear(2, 3));

        Assert.AreEqual(3, all.Count);
        Assert.IsInstanceOfType<ReLU>(all[1]);
        Assert.AreEqual(2, all[1..].Count);
        CollectionAssert.AreEqual(new[] { "0.weight", "0.bias", "2.weight", "2.bias" }, all.state_dict().Keys.ToArray());
        CollectionAssert.AreEqual(new[] { "0", "1", "2" }, all.named_children().Select(child => child.Item1).ToArray());
    }

    [TestMethod]
    public void KaimingInitialisationHasThePublishedDeviation()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        Tensor weight = empty(256, 128, 3, 3);

        init.kaiming_normal_(weight, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
        Assert.AreEqual(Math.Sqrt(2.0 / (256 * 9)), weight.std().item<float>(), 2e-4);
    }

    private static void AssertClose(double[] expected, Tensor actual)
    {
        float[] values = actual.data<float>().ToArray();
        Assert.HasCount(expected.Length, values);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], values[i], 1e-5);
    }

    private sealed class SmallNetwork : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> conv1, bn1;
        private readonly Sequential layer1;
        private readonly Parameter scale;

        public SmallNetwork()
            : base(nameof(SmallNetwork))
        {
            conv1 = Conv2d(1, 2, 3, padding: 1, bias: false);
            bn1 = BatchNorm2d(2);
            layer1 = Sequential(("0", Conv2d(2, 4, 1)), ("1", (Module<Tensor, Tensor>)ReLU()), ("fc", AdaptedLinear()));
            scale = Parameter(ones(1));
            RegisterComponents();
        }

        public Tensor Scale => scale;

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            Tensor x = functional.relu(bn1.call(conv1.call(input)));
            return (layer1.call(x.mean([2, 3], keepdim: true).permute(0, 1, 2, 3)) * scale).MoveToOuterDisposeScope();
        }

        private static Conv2d AdaptedLinear() => Conv2d(4, 3, 1);
    }

    private sealed class ListOwner : Module<Tensor, Tensor>
    {
        private readonly ModuleList<Linear> blocks = ModuleList(Linear(1, 1), Linear(1, 1));

        public ListOwner()
            : base(nameof(ListOwner)) => RegisterComponents();

        public override Tensor forward(Tensor input) => blocks.Aggregate(input, (value, block) => block.call(value));
    }
}
