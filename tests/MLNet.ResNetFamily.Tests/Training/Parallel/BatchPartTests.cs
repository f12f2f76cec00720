namespace MLNet.ResNetFamily.Tests.Training.Parallel;

[TestClass]
public sealed class BatchPartTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void ThePartsOfABatchAreTheBatch(int atLeast)
    {
        for (var processCount = 1; processCount <= 9; processCount++)
        {
            for (var imageCount = 1; imageCount <= 40; imageCount++)
            {
                var parts = Enumerable.Range(0, processCount)
                    .Select(rank => BatchPart.Of(imageCount, rank, processCount, atLeast)).ToList();

                var images = parts.SelectMany(part => Enumerable.Range(part.First, part.Count)).ToArray();
                CollectionAssert.AreEqual(Enumerable.Range(0, imageCount).ToArray(), images);
                var shared = parts.Where(part => part.Count > 0).Select(part => part.Count).ToList();
                Assert.IsLessThanOrEqualTo(1, shared.Max() - shared.Min());
                Assert.IsGreaterThanOrEqualTo(Math.Min(atLeast, imageCount), shared.Min());
            }
        }
    }

    [TestMethod]
    [DataRow(16, "4 4 4 4")]
    [DataRow(18, "5 5 4 4")]
    [DataRow(7, "3 2 2 0")]
    [DataRow(3, "3 0 0 0")]
    [DataRow(1, "1 0 0 0")]
    public void NoProcessOfFourGetsASingleImageWhereOthersHaveMore(int imageCount, string expected)
    {
        var counts = Enumerable.Range(0, 4).Select(rank => BatchPart.Of(imageCount, rank, 4, atLeast: 2).Count);

        Assert.AreEqual(expected, string.Join(' ', counts));
    }
}
