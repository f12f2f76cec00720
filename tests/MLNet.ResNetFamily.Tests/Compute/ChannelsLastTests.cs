using MLNet.ResNetFamily.Tests.Training;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Compute;

[TestClass]
public sealed class ChannelsLastTests
{
    [TestMethod]
    public void ImagesKeepTheirShapeAndValues()
    {
        using var scope = NewDisposeScope();
        var images = rand(2, 3, 5, 4);

        var ordered = ChannelsLast.Order(images);

        CollectionAssert.AreEqual(new long[] { 2, 3, 5, 4 }, ordered.shape);
        CollectionAssert.AreEqual(new long[] { 60, 1, 12, 3 }, ordered.stride());
        Assert.IsTrue(ordered.equal(images).all().item<bool>());
    }

    [TestMethod]
    public void ConvolutionsAreRearrangedInPlaceAndBack()
    {
        using var network = ToyImages.Network(seed: 1);
        using var scope = NewDisposeScope();
        var convolutions = network.parameters().Where(parameter => parameter.dim() == 4).ToArray();
        var before = convolutions.Select(weights => weights.detach().clone()).ToArray();

        ChannelsLast.Apply(network);

        Assert.IsTrue(convolutions.All(weights => weights.stride(1) == 1 && weights.requires_grad));
        AssertSameValues(before, convolutions);

        ChannelsLast.Undo(network);

        Assert.IsTrue(convolutions.All(weights => weights.is_contiguous()));
        AssertSameValues(before, convolutions);
    }

    private static void AssertSameValues(Tensor[] expected, Tensor[] actual)
    {
        Assert.IsNotEmpty(expected);
        foreach (var (one, other) in expected.Zip(actual))
            Assert.IsTrue(one.equal(other).all().item<bool>());
    }
}
