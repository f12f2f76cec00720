using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Architectures;

[TestClass]
public sealed class ImageClassifierNetworkTests
{
    [TestMethod]
    public void StateHasThePublishedKeysInTheOrderOfPyTorch()
    {
        using var network = new ImageClassifierNetwork(Backbones.ResNet18, 4);

        var keys = network.NamedState().Select(entry => entry.Key).ToArray();

        CollectionAssert.AreEqual(
            new[]
            {
                "conv1.weight", "bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var", "bn1.num_batches_tracked",
                "layer1.0.conv1.weight",
            }, keys.Take(7).ToArray());
        CollectionAssert.AreEqual(new[] { "fc.weight", "fc.bias" }, keys.TakeLast(2).ToArray());
        Assert.HasCount(122, keys);
    }

    [TestMethod]
    public void StateIsTheNetworksOwn()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var network = new ImageClassifierNetwork(Backbones.ResNet20Cifar, 4);
        network.eval();

        foreach (var (key, tensor) in network.NamedState().Where(entry => entry.Key.StartsWith("linear", StringComparison.Ordinal)))
            tensor.fill_(key == "linear.bias" ? 7 : 0);

        Assert.AreEqual(7f, network.call(randn(1, 3, 32, 32)).mean().item<float>());
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    public void AtLeastOneClassIsNeeded(int classCount)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new ImageClassifierNetwork(Backbones.ResNet18, classCount));

        Assert.AreEqual("classCount", error.ParamName);
    }

    [TestMethod]
    public void MakingOneInsideAScopeLeavesItAlive()
    {
        using var scope = NewDisposeScope();
        ImageClassifierNetwork network;
        using (NewDisposeScope())
            network = new ImageClassifierNetwork(Backbones.ResNet20Cifar, 4);

        using (network)
            CollectionAssert.AreEqual(new long[] { 1, 4 }, network.call(zeros(1, 3, 32, 32)).shape);
    }

    [TestMethod]
    public void ScoringLeavesNothingInTheScopeButTheLogits()
    {
        using var network = new ImageClassifierNetwork(Backbones.ResNet20Cifar, 4);
        network.eval();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var images = zeros(2, 3, 32, 32);
        var before = scope.DisposablesCount;

        var logits = network.call(images);

        Assert.AreEqual(before + 1, scope.DisposablesCount);
        Assert.AreEqual(8, logits.numel());
    }

    [TestMethod]
    public void TheSameSeedMakesTheSameNetwork()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var one = new ImageClassifierNetwork(Backbones.DenseNetBC100_12Cifar, 4);
        manual_seed(3);
        using var other = new ImageClassifierNetwork(Backbones.DenseNetBC100_12Cifar, 4);

        foreach (var ((key, tensor), (_, same)) in one.NamedState().Zip(other.NamedState()))
            Assert.IsTrue(tensor.equal(same).all().item<bool>(), key);
    }
}
