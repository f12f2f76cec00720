using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public class BatchMixingTests
{
    [TestMethod]
    public void SeveralLabelsAreMixedLikeOne()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new float[] { 1, 1, 0, 0, 0, 1 }).view(2, 3);

        var (_, targets, majority) = BatchMixing.Apply(Images(2, 8), labels, 3, new() { MixUp = 1 }, new Random(3));

        var share = targets[0, 0].item<float>();
        Assert.IsTrue(share is > 0 and < 1);
        Assert.IsTrue(targets.allclose(tensor(new[] { share, share, 1 - share, 1 - share, 1 - share, share }).view(2, 3)));
        Assert.IsTrue(majority.allclose(share >= 0.5 ? labels : labels.roll(1, 0)));
    }

    [TestMethod]
    [DataRow(0.2, 0.0)]
    [DataRow(0.0, 1.0)]
    [DataRow(0.4, 1.0)]
    [DataRow(1e-9, 0.0)]
    public void TargetsAddUpToOneAndNameTheMajority(double mixUp, double cutMix)
    {
        var options = new AugmentationOptions { MixUp = mixUp, CutMix = cutMix };
        for (var seed = 0; seed < 50; seed++)
        {
            using var scope = NewDisposeScope();

            var (_, targets, majority) = BatchMixing.Apply(Images(5, 8), Labels(5), 3, options, new Random(seed));

            CollectionAssert.AreEqual(new long[] { 5, 3 }, targets.shape);
            foreach (var sum in targets.sum(1).data<float>().ToArray())
                Assert.AreEqual(1, sum, 1e-6f);
            Assert.IsTrue(targets.min().item<float>() >= 0);
            Assert.IsTrue(targets.gather(1, majority.unsqueeze(1)).min().item<float>() >= 0.5f);
        }
    }

    [TestMethod]
    public void MixUpBlendsEachImageWithItsNeighbourByTheShareOfItsLabel()
    {
        using var scope = NewDisposeScope();
        var images = Images(4, 8);

        var (mixed, targets, _) = BatchMixing.Apply(images, tensor(new long[] { 0, 1, 2, 3 }), 4, new() { MixUp = 1 }, new Random(3));

        for (var i = 0; i < 4; i++)
        {
            var share = targets[i, i].item<float>();
            var expected = images[i] * share + images[(i + 3) % 4] * (1 - share);
            Assert.IsTrue((mixed[i] - expected).abs().max().item<float>() < 1e-5f, $"image {i}");
        }
    }

    [TestMethod]
    public void CutMixPastesARectangleOfTheNeighbourAndCountsItsArea()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            using var scope = NewDisposeScope();
            var images = Images(4, 16);

            var (mixed, targets, _) = BatchMixing.Apply(
                images, tensor(new long[] { 0, 1, 2, 3 }), 4, new() { CutMix = 1 }, new Random(seed));

            for (var i = 0; i < 4; i++)
            {
                var isOther = mixed[i, 0].ne(images[i, 0]);
                Assert.AreEqual(targets[i, (i + 3) % 4].item<float>(), isOther.sum().item<long>() / 256f, 1e-5f, $"seed {seed}, image {i}");
                Assert.IsTrue(where(isOther, images[(i + 3) % 4, 0], images[i, 0]).eq(mixed[i, 0]).all().item<bool>());

                // A rectangle is the product of its columns and its rows.
                Assert.IsTrue(isOther.any(0).unsqueeze(0).logical_and(isOther.any(1).unsqueeze(1)).eq(isOther).all().item<bool>());
            }
        }
    }

    [TestMethod]
    [DataRow(0.2, 0.4225)]      // a Beta(a, a) varies by 1 / (4 (2 a + 1)) about one half
    [DataRow(1.0, 0.2887)]
    [DataRow(4.0, 0.1667)]
    public void SharesVaryAsTheBetaDistribution(double alpha, double deviation)
    {
        var random = new Random(1);
        using var scope = NewDisposeScope();
        var (images, labels) = (Images(2, 1), Labels(2));

        var shares = new List<double>();
        for (var i = 0; i < 3000; i++)
        {
            using var inner = NewDisposeScope();
            shares.Add(BatchMixing.Apply(images, labels, 2, new() { MixUp = alpha }, random).Targets[0, 0].item<float>());
        }

        Assert.AreEqual(0.5, shares.Average(), 0.025);
        Assert.AreEqual(deviation, Math.Sqrt(shares.Average(share => (share - 0.5) * (share - 0.5))), 0.012);
    }

    [TestMethod]
    public void ChannelsStayLastInMemory()
    {
        using var scope = NewDisposeScope();
        foreach (var options in new AugmentationOptions[] { new() { MixUp = 1 }, new() { CutMix = 1 } })
        {
            var (mixed, _, _) = BatchMixing.Apply(Images(4, 8), Labels(4), 3, options, new Random(1));

            CollectionAssert.AreEqual(new long[] { 8 * 8 * 3, 1, 8 * 3, 3 }, mixed.stride());
        }
    }

    private static Tensor Images(int count, int size) =>
        arange(count * size * size * 3, dtype: ScalarType.Float32).div(256).view(count, size, size, 3).permute(0, 3, 1, 2);

    private static Tensor Labels(int count) => arange(count, dtype: ScalarType.Int64).remainder(3);
}
