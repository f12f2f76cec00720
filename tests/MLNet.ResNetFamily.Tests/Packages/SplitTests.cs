using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests.Packages;

/// <summary>
/// How ML.NET parts the images of a folder: a part is read twice at once while it is scored, so it must hold the same rows each time.
/// </summary>
[TestClass]
public sealed class SplitTests
{
    private const int Count = 200;

    [TestMethod]
    public void TheTwoPartsAreTheWhole()
    {
        var mlContext = new MLContext(seed: 5);

        var split = mlContext.Data.TrainTestSplit(Data(mlContext), testFraction: 0.25);

        CollectionAssert.AreEqual(
            Enumerable.Range(0, Count).ToArray(), Numbers(split.TrainSet).Concat(Numbers(split.TestSet)).Order().ToArray());
        Assert.IsInRange(Count / 8, Count / 2, Numbers(split.TestSet).Length);
    }

    [TestMethod]
    public void APartHoldsTheSameRowsEachTimeEvenWithoutASeed()
    {
        var mlContext = new MLContext();

        var part = mlContext.Data.TrainTestSplit(Data(mlContext)).TestSet;

        CollectionAssert.AreEqual(Numbers(part), Numbers(part));
    }

    [TestMethod]
    public void TheSeedOfTheContextDecidesUnlessOneIsGiven()
    {
        CollectionAssert.AreEqual(TestSet(contextSeed: 3), TestSet(contextSeed: 3));
        CollectionAssert.AreNotEqual(TestSet(contextSeed: 3), TestSet(contextSeed: 4));
        CollectionAssert.AreEqual(TestSet(contextSeed: 3, seed: 9), TestSet(contextSeed: 4, seed: 9));
        CollectionAssert.AreNotEqual(TestSet(contextSeed: 3, seed: 9), TestSet(contextSeed: 3, seed: 10));
    }

    [TestMethod]
    public void EveryRowIsTestedInOneFold()
    {
        var mlContext = new MLContext(seed: 7);

        var folds = mlContext.Data.CrossValidationSplit(Data(mlContext), numberOfFolds: 4);

        Assert.HasCount(4, folds);
        CollectionAssert.AreEqual(Enumerable.Range(0, Count).ToArray(), folds.SelectMany(fold => Numbers(fold.TestSet)).Order().ToArray());
        foreach (var fold in folds)
        {
            CollectionAssert.AreEqual(
                Enumerable.Range(0, Count).ToArray(), Numbers(fold.TrainSet).Concat(Numbers(fold.TestSet)).Order().ToArray());
        }
    }

    private static int[] TestSet(int contextSeed, int? seed = null)
    {
        var mlContext = new MLContext(contextSeed);
        return Numbers(mlContext.Data.TrainTestSplit(Data(mlContext), seed: seed).TestSet);
    }

    private static int[] Numbers(IDataView data) => [.. data.GetColumn<int>(nameof(Row.Number))];

    private static IDataView Data(MLContext mlContext) =>
        mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, Count).Select(number => new Row { Number = number }).ToArray());

    private sealed class Row
    {
        public int Number { get; set; }
    }
}
