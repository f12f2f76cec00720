namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class EpochSamplerTests
{
    [TestMethod]
    public void EveryImageComesOnce()
    {
        var order = EpochSampler.Of([.. Enumerable.Range(0, 50)], _ => [0], new(), epoch: 1);

        CollectionAssert.AreEqual(Enumerable.Range(0, 50).ToArray(), order.Indices.Order().ToArray());
        Assert.AreEqual(2, order.BatchCount);
        Assert.AreEqual(25, order.BatchSize);
    }

    [TestMethod]
    public void SeedAndEpochDecideTheOrder()
    {
        int[] Order(int seed, int epoch) =>
            EpochSampler.Of([.. Enumerable.Range(0, 50)], _ => [0], new() { Seed = seed }, epoch).Indices;

        CollectionAssert.AreEqual(Order(1, 1), Order(1, 1));
        CollectionAssert.AreNotEqual(Order(1, 1), Order(1, 2));
        CollectionAssert.AreNotEqual(Order(1, 1), Order(2, 1));
    }

    [TestMethod]
    public void BalancedSamplingShowsEveryClassEquallyOften()
    {
        int[] labels = [.. Enumerable.Repeat(0, 80), .. Enumerable.Repeat(1, 7), .. Enumerable.Repeat(2, 13)];

        var order = EpochSampler.Of(
            [.. Enumerable.Range(0, 100)], index => [labels[index]], new() { ClassBalance = ClassBalance.Sampling }, epoch: 1).Indices;

        var counts = order.CountBy(index => labels[index]).Select(pair => pair.Value).Order().ToArray();
        CollectionAssert.AreEqual(new[] { 33, 33, 34 }, counts);
        Assert.HasCount(100, order);
        var ofTheSmallest = order.Where(index => labels[index] == 1).CountBy(index => index).Select(pair => pair.Value).ToArray();
        Assert.HasCount(7, ofTheSmallest);
        Assert.IsTrue(ofTheSmallest.All(count => count is 4 or 5), string.Join(", ", ofTheSmallest));
    }

    [TestMethod]
    public void RepeatedImagesComeInARowAndAnEpochIsAsLongAsEver()
    {
        int[] Order(int epoch) =>
            EpochSampler.Of([.. Enumerable.Range(0, 50)], _ => [0], new() { BatchSize = 16 }, epoch).Repeat(3, 50).Indices;

        var order = Order(1);

        Assert.HasCount(50, order);
        for (var position = 0; position < order.Length; position++)
        {
            Assert.AreEqual(order[position - position % 3], order[position] % 50);
            Assert.AreEqual(position % 3, order[position] / 50);
        }
        Assert.AreEqual(17, order.Select(number => number % 50).Distinct().Count());
        CollectionAssert.AreNotEqual(order, Order(2));
        var once = EpochSampler.Of([.. Enumerable.Range(0, 50)], _ => [0], new(), epoch: 1).Indices;
        CollectionAssert.AreEqual(once[..17], order.Where((_, position) => position % 3 == 0).ToArray());
    }

    [TestMethod]
    public void ImagesOfSeveralClassesComeForEachOfThemAndThoseOfNoneAsAClass()
    {
        int[][] sets = [.. Enumerable.Repeat(new[] { 0 }, 80), [0, 1], [1], .. Enumerable.Repeat(Array.Empty<int>(), 18)];

        var order = EpochSampler.Of(
            [.. Enumerable.Range(0, 100)], index => sets[index], new() { ClassBalance = ClassBalance.Sampling }, epoch: 1).Indices;

        Assert.HasCount(100, order);
        Assert.IsTrue(order.Count(index => sets[index].Length == 0) is 33 or 34);
        Assert.IsTrue(order.Count(index => index is 80 or 81) is >= 33 and <= 36);
        Assert.IsTrue(order.Count(index => index == 81) is 16 or 17);
    }

    [TestMethod]
    [DataRow(0, 4, 4.0 / 12)]
    [DataRow(2, 4, 4.0 / 12)]
    [DataRow(3, 4, 4.0 / 6)]       // the last step has 6 images
    [DataRow(4, 2, 2.0 / 6)]
    public void ABatchCountsByItsImagesInItsStep(int batch, int imageCount, double expected)
    {
        var order = new EpochSampler(new int[18], BatchSize: 4);

        Assert.AreEqual(expected, order.ShareInStep(batch, imageCount, batchesPerStep: 3), 1e-12);
    }
}
