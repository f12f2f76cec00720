using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class AuxiliaryHeadTests
{
    [TestMethod]
    public void InceptionV3HasItAsPublishedAndInceptionResNetWhenAsked()
    {
        Assert.IsTrue(Backbones.InceptionV3.AuxiliaryHead);
        Assert.IsFalse(Backbones.InceptionResNetV1.AuxiliaryHead);
        Assert.IsFalse(Backbones.InceptionResNetV2.AuxiliaryHead);
    }

    public static IEnumerable<object[]> Specs =>
    [
        [Backbones.InceptionV3, 768],
        [Backbones.InceptionResNetV1 with { AuxiliaryHead = true }, 896],
        [Backbones.InceptionResNetV2 with { AuxiliaryHead = true }, 1088],
    ];

    [TestMethod]
    [DynamicData(nameof(Specs))]
    public void ItLearnsAlongFromTheMiddleOfTheNetwork(BackboneSpec spec, int channels)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = new ImageClassifierNetwork(spec, 5);
        network.train();

        var (logits, auxiliary) = network.TrainingLogits(randn(2, 3, 299, 299));
        auxiliary.Single().sum().backward();

        CollectionAssert.AreEqual(new long[] { 2, 5 }, logits.shape);
        CollectionAssert.AreEqual(new long[] { 2, 5 }, auxiliary[0].shape);
        var state = network.NamedState().ToDictionary(entry => entry.Key, entry => entry.Tensor);
        CollectionAssert.AreEqual(new long[] { 128, channels, 1, 1 }, state["AuxLogits.conv0.conv.weight"].shape);
        Assert.IsNotNull(state["AuxLogits.fc.weight"].grad);
        Assert.IsNotNull(network.Backbone.parameters().First().grad);
        Assert.IsNull(state[spec.HeadKey + ".weight"].grad);
    }

    [TestMethod]
    public void GoogLeNetHasTwoWhichCountThreeTenthsEach()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = new ImageClassifierNetwork(Backbones.GoogLeNet, 5);
        network.train();

        var (logits, auxiliary) = network.TrainingLogits(randn(2, 3, 32, 32));
        auxiliary[1].sum().backward();

        Assert.AreEqual(0.3, network.AuxiliaryLossWeight);
        Assert.AreEqual(0.4, Backbones.InceptionV3.AuxiliaryLossWeight);
        Assert.HasCount(2, auxiliary);
        foreach (var answer in auxiliary.Prepend(logits))
            CollectionAssert.AreEqual(new long[] { 2, 5 }, answer.shape);
        var state = network.NamedState().ToDictionary(entry => entry.Key, entry => entry.Tensor);
        CollectionAssert.AreEqual(new long[] { 128, 512, 1, 1 }, state["aux1.conv.conv.weight"].shape);
        CollectionAssert.AreEqual(new long[] { 128, 528, 1, 1 }, state["aux2.conv.conv.weight"].shape);
        Assert.IsNotNull(state["aux2.fc2.weight"].grad);
        Assert.IsNull(state["aux1.fc2.weight"].grad);
        // The second looks at the maps of inception4d.
        Assert.IsNotNull(state["inception4d.branch1.conv.weight"].grad);
        Assert.IsNull(state["inception4e.branch1.conv.weight"].grad);
    }

    [TestMethod]
    public void SmallerImagesTrainWithoutIt()
    {
        using var scope = NewDisposeScope();
        using var network = new ImageClassifierNetwork(Backbones.InceptionV3, 5);
        network.train();

        var (logits, auxiliary) = network.TrainingLogits(randn(2, 3, 139, 139));

        CollectionAssert.AreEqual(new long[] { 2, 5 }, logits.shape);
        Assert.IsEmpty(auxiliary);
    }

    [TestMethod]
    public void WithoutItTheNetworkTrainsAsItScores()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var network = new ImageClassifierNetwork(Backbones.ResNet20Cifar, 5);
        network.eval();
        var images = randn(2, 3, 32, 32);

        var (logits, auxiliary) = network.TrainingLogits(images);

        Assert.IsEmpty(auxiliary);
        Assert.IsTrue(logits.equal(network.call(images)).all().item<bool>());
    }

    [TestMethod]
    public void TheInceptionFamilyStartsTruncatedNormal()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var third = Backbones.InceptionV3.Build();
        using var fourth = Backbones.InceptionV4.Build();

        var weight = third.named_parameters().Single(entry => entry.Item1 == "Mixed_7c.branch3x3dbl_2.conv.weight").Item2;
        Assert.AreEqual(0.1, weight.std().item<float>(), 1e-3);
        var other = fourth.named_modules().Select(entry => entry.Item2).OfType<Conv2d>().MaxBy(conv => conv.weight.numel())!.weight;
        var deviation = Math.Sqrt(1.3 * 2 / (other.shape[1] * other.shape[2] * other.shape[3]));
        Assert.IsLessThanOrEqualTo(2 * deviation * 1.0001, other.abs().max().item<float>());
        Assert.AreEqual(Math.Sqrt(2.0 / (other.shape[1] * other.shape[2] * other.shape[3])), other.std().item<float>(), 0.01 * deviation);
    }
}
