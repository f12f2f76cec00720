using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class AggregationFormConverterTests
{
    private static readonly ResNetSpec Spec =
        new("tiny", BlockKind.Bottleneck, 2, 1) { BaseWidth = 16, Stem = StemKind.Cifar, Groups = 4, GroupWidth = 16 };

    public static IEnumerable<object[]> Pairs =>
        from source in Enum.GetValues<AggregationForm>()
        from target in Enum.GetValues<AggregationForm>()
        select new object[] { source, target };

    // Xie et al., figure 3: the three forms are equivalent. In float64, so that only the order of sums can differ.
    [TestMethod]
    [DynamicData(nameof(Pairs))]
    public void ConvertedWeightsGiveTheSameOutputAndGradients(AggregationForm sourceForm, AggregationForm targetForm)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var source = Filled(sourceForm);
        using var target = Filled(targetForm);
        var images = randn(4, 3, 12, 12, dtype: ScalarType.Float64);

        AggregationFormConverter.CopyWeights(source, target);

        var (output, inputGradient, gradients) = Run(source, images);
        var (otherOutput, otherInputGradient, otherGradients) = Run(target, images);
        Same(output, otherOutput, "output");
        Same(inputGradient, otherInputGradient, "gradient of the images");
        foreach (var key in gradients.Keys.Intersect(otherGradients.Keys))
            Same(gradients[key], otherGradients[key], key);
        Assert.AreEqual(Length(gradients), Length(otherGradients), 1e-9 * Length(gradients), "length of all gradients");
    }

    [TestMethod]
    public void TheFormsHaveAsManyParametersAndMultiplyAdds()
    {
        var costs = Enum.GetValues<AggregationForm>().Select(form => NetworkSummary.CostOf(Spec with { Form = form })).Distinct();

        Assert.AreEqual(1, costs.Count());
    }

    [TestMethod]
    public void OtherNetworksAreRefused()
    {
        using var source = Spec.Build();
        using var wider = (Spec with { GroupWidth = 32, Form = AggregationForm.EarlyConcatenation }).Build();
        using var deeper = (Spec with { Name = "deep", Depths = [2, 2] }).Build();

        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => AggregationFormConverter.CopyWeights(source, wider)).Message, "has shape");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => AggregationFormConverter.CopyWeights(source, deeper)).Message,
            "'layer2.1.conv1.weight'");
    }

    private static Backbone Filled(AggregationForm form)
    {
        var network = (Spec with { Form = form }).Build();
        using var frozen = no_grad();
        foreach (var (_, tensor) in network.NamedState())
        {
            if (tensor.dim() == 1)
                tensor.uniform_(0.5, 1.5);
        }
        network.to(ScalarType.Float64);
        network.train();
        return network;
    }

    private static (Tensor Output, Tensor InputGradient, Dictionary<string, Tensor> Gradients) Run(Backbone network, Tensor images)
    {
        var input = images.clone().requires_grad_();
        var output = network.call(input);
        output.pow(2).sum().backward();
        return (output, input.grad!, network.named_parameters().ToDictionary(entry => entry.Item1, entry => (Tensor)entry.Item2.grad!));
    }

    private static void Same(Tensor one, Tensor other, string what) =>
        Assert.AreEqual(0, (one - other).abs().max().item<double>(), 1e-9 * one.abs().max().item<double>(), what);

    private static double Length(Dictionary<string, Tensor> gradients) =>
        Math.Sqrt(gradients.Values.Sum(gradient => gradient.pow(2).sum().item<double>()));
}
