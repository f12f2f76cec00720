using System.Globalization;

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

    [TestMethod]
    public void ImagesOfSeveralClassesAreSplitSoThatEveryClassGivesTheSamePart()
    {
        var random = new Random(5);
        int[][] sets =
            [.. Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 4).Where(label => random.Next(2 + 6 * label) == 0).ToArray())];
        var images = TrainingImages.MultiLabel([.. sets.Select((_, place) => new ImageFile($"{place}.jpg"))], sets, 4);

        var (train, validation) = StratifiedSplit.Of(images, 0.25, seed: 1);

        Assert.AreEqual(300, train.Items.Count + validation.Items.Count);
        for (var label = 0; label < 4; label++)
        {
            var (all, aside) = (sets.Count(set => set.Contains(label)), validation.LabelSets!.Count(set => set.Contains(label)));
            Assert.AreEqual(0.25 * all, aside, 1.5, $"class {label}: {aside} of {all}");
        }
        Assert.AreEqual(
            0.25 * sets.Count(set => set.Length == 0), validation.LabelSets!.Count(set => set.Length == 0), 1.5, "those of no class");
        CollectionAssert.AreEqual(
            train.Items.Select(item => item.Origin).ToArray(),
            train.Items.OrderBy(item => int.Parse(Path.GetFileNameWithoutExtension(item.Origin), CultureInfo.InvariantCulture))
                .Select(item => item.Origin).ToArray());
        Assert.IsTrue(train.Items.Zip(train.LabelSets!).All(
            pair => sets[int.Parse(Path.GetFileNameWithoutExtension(pair.First.Origin), CultureInfo.InvariantCulture)] == pair.Second));
    }

    [TestMethod]
    public void TooFewImagesOfSeveralClassesAreRefused()
    {
        var images = TrainingImages.MultiLabel([new ImageFile("a.jpg"), new ImageFile("b.jpg")], [[0, 1], []], 2);

        var error = Assert.ThrowsExactly<ArgumentException>(() => StratifiedSplit.Of(images, 0.1, seed: 1));

        StringAssert.StartsWith(error.Message, "'ValidationSetFraction' 0.1 of 2 images in 3 classes sets none aside.");
    }

    private static int[] Counts(TrainingImages images) =>
        [.. Enumerable.Range(0, 3).Select(label => images.Labels.Count(found => found == label))];

    private static TrainingImages Make(int[] labels) => new([.. labels.Select((_, place) => new ImageFile($"{place}.jpg"))], labels, 3);
}
