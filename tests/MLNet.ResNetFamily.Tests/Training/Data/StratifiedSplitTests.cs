namespace MLNet.ResNetFamily.Tests.Training;

[TestClass]
public sealed class StratifiedSplitTests
{
    private static readonly TrainingImages Images =
        Make([.. Enumerable.Repeat(0, 60), .. Enumerable.Repeat(1, 30), .. Enumerable.Repeat(2, 1)]);

    [TestMethod]
    public void EveryClassGivesTheSamePartAndKeepsOne()
    {
        var (train, validation) = StratifiedSplit.Of(Images, 0.2, seed: 1);

        CollectionAssert.AreEqual(new[] { 48, 24, 1 }, Counts(train));
        CollectionAssert.AreEqual(new[] { 12, 6, 0 }, Counts(validation));
        CollectionAssert.AreEquivalent(
            Images.Items.Select(item => item.Origin).ToArray(), train.Items.Concat(validation.Items).Select(item => item.Origin).ToArray());
    }

    [TestMethod]
    public void TheSeedChooses()
    {
        string[] Chosen(int seed) => [.. StratifiedSplit.Of(Images, 0.2, seed).Validation.Items.Select(item => item.Origin)];

        CollectionAssert.AreEqual(Chosen(1), Chosen(1));
        CollectionAssert.AreNotEqual(Chosen(1), Chosen(2));
    }

    [TestMethod]
    public void AFractionThatSetsNothingAsideIsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => StratifiedSplit.Of(Make([0, 0, 1, 1]), 0.1, seed: 1));

        StringAssert.StartsWith(error.Message, "'ValidationSetFraction' 0.1 of 4 images in 2 classes sets none aside.");
    }

    private static int[] Counts(TrainingImages images) =>
        [.. Enumerable.Range(0, 3).Select(label => images.Labels.Count(found => found == label))];

    private static TrainingImages Make(int[] labels) => new([.. labels.Select((_, place) => new ImageFile($"{place}.jpg"))], labels, 3);
}
