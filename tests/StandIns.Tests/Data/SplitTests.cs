using Microsoft.ML;
using Microsoft.ML.Data;

namespace StandIns.Tests.Data;

[TestClass]
public class SplitTests
{
    private const int Count = 200;

    [TestMethod]
    public void TrainAndTestSetAreTheWhole()
    {
        var mlContext = new MLContext(seed: 5);
        var split = mlContext.Data.TrainTestSplit(Data(mlContext), testFraction: 0.25);

        var train = Ids(split.TrainSet);
        var test = Ids(split.TestSet);

        CollectionAssert.AreEqual(Enumerable.Range(0, Count).ToArray(), train.Concat(test).Order().ToArray());
        Assert.IsTrue(test.Length is > Count / 8 and < Count / 2, $"{test.Length} of {Count} rows are in the test set.");
    }

    [TestMethod]
    public void ASetHoldsTheSameRowsEachTime()
    {
        var mlContext = new MLContext();
        var test = mlContext.Data.TrainTestSplit(Data(mlContext)).TestSet;

        CollectionAssert.AreEqual(Ids(test), Ids(test));
    }

    [TestMethod]
    public void OneSeedGivesOneSplit()
    {
        var first = new MLContext(seed: 3);
        var second = new MLContext(seed: 3);
        var third = new MLContext(seed: 4);

        CollectionAssert.AreEqual(Ids(first.Data.TrainTestSplit(Data(first)).TestSet), Ids(second.Data.TrainTestSplit(Data(second)).TestSet));
        CollectionAssert.AreNotEqual(Ids(first.Data.TrainTestSplit(Data(first)).TestSet), Ids(third.Data.TrainTestSplit(Data(third)).TestSet));
        CollectionAssert.AreEqual(
            Ids(first.Data.TrainTestSplit(Data(first), seed: 9).TestSet), Ids(third.Data.TrainTestSplit(Data(third), seed: 9).TestSet));
    }

    [TestMethod]
    public void TheSplitAddsNoColumn()
    {
        var mlContext = new MLContext(seed: 1);
        var data = Data(mlContext);

        var split = mlContext.Data.TrainTestSplit(data);

        CollectionAssert.AreEqual(data.Schema.Select(column => column.Name).ToArray(), split.TrainSet.Schema.Select(column => column.Name).ToArray());
    }

    [TestMethod]
    public void RowsOfOneSamplingKeyStayTogether()
    {
        var mlContext = new MLContext(seed: 2);
        var split = mlContext.Data.TrainTestSplit(Data(mlContext), testFraction: 0.4, samplingKeyColumnName: nameof(Row.Group));

        var train = split.TrainSet.GetColumn<string>(nameof(Row.Group)).ToHashSet();
        var test = split.TestSet.GetColumn<string>(nameof(Row.Group)).ToHashSet();

        Assert.AreEqual(0, train.Intersect(test).Count());
        Assert.AreEqual(20, train.Count + test.Count);
        Assert.AreEqual(Count, Ids(split.TrainSet).Length + Ids(split.TestSet).Length);
    }

    // The expected rows were read from the genuine package, version 5.0.1.
    [TestMethod]
    [DataRow("Text", null, new[] { 1, 2, 8, 11, 14, 16, 18, 23, 26, 35, 37, 38, 41 })]
    [DataRow("Text", 5, new[] { 1, 2, 8, 10, 15, 17, 20, 28, 30, 31, 33, 35, 39 })]
    [DataRow("Number", null, new[] { 6, 15, 16, 17, 20, 21, 22, 30, 31, 36, 43 })]
    [DataRow("Number", 5, new[] { 3, 4, 7, 10, 12, 13, 18, 19, 23, 24, 31, 32, 41, 44 })]
    [DataRow("Large", null, new[] { 0, 3, 7, 8, 10, 14, 15, 16, 22, 28, 31, 32, 36, 37, 41, 43 })]
    public void ASamplingKeyPicksTheRowsThatItsHashPicks(string column, int? seed, int[] expected)
    {
        var mlContext = new MLContext();
        string[] texts = ["cat", "dog", " dog ", "", "Jalapeño", "ä", "éé", "日本語", "a日", "the quick brown fox", "  ", "x", "12345", "abcd", "abcde"];
        var data = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 3 * texts.Length).Select(id => new Keyed
        {
            Id = id,
            Text = texts[id % texts.Length] + (id < texts.Length ? "" : id),
            Number = id - 9,
            Large = (id - 9) * 10_000_000_019,
        }));

        var split = mlContext.Data.TrainTestSplit(data, testFraction: 0.3, samplingKeyColumnName: column, seed: seed);

        CollectionAssert.AreEqual(expected, Ids(split.TestSet), string.Join(", ", Ids(split.TestSet)));
        var inNeither = column == nameof(Keyed.Text) ? 1 : 0;   // the row with the empty text, which is a missing value
        Assert.AreEqual(3 * texts.Length - inNeither, Ids(split.TrainSet).Length + expected.Length);
    }

    [TestMethod]
    public void AnUnknownSamplingKeyIsNamed()
    {
        var mlContext = new MLContext();

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => mlContext.Data.TrainTestSplit(Data(mlContext), samplingKeyColumnName: "Person"));

        StringAssert.Contains(exception.Message, "Could not find SamplingKeyColumn column 'Person'");
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1.0)]
    public void TheTestFractionLiesBetweenZeroAndOne(double fraction)
    {
        var mlContext = new MLContext();

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => mlContext.Data.TrainTestSplit(Data(mlContext), fraction));

        StringAssert.Contains(exception.Message, "Must be between 0 and 1 exclusive");
    }

    [TestMethod]
    public void FoldsAreDisjointAndComplete()
    {
        var mlContext = new MLContext(seed: 7);
        var folds = mlContext.Data.CrossValidationSplit(Data(mlContext), numberOfFolds: 4);

        Assert.AreEqual(4, folds.Count);
        CollectionAssert.AreEqual(
            Enumerable.Range(0, Count).ToArray(), folds.SelectMany(fold => Ids(fold.TestSet)).Order().ToArray());
        foreach (var fold in folds)
            CollectionAssert.AreEqual(Enumerable.Range(0, Count).ToArray(), Ids(fold.TrainSet).Concat(Ids(fold.TestSet)).Order().ToArray());
    }

    [TestMethod]
    public void ShuffledRowsAreTheSameRowsInAnotherOrder()
    {
        var mlContext = new MLContext(seed: 1);
        var shuffled = mlContext.Data.ShuffleRows(Data(mlContext), seed: 11);

        var ids = Ids(shuffled);

        CollectionAssert.AreNotEqual(Enumerable.Range(0, Count).ToArray(), ids);
        CollectionAssert.AreEqual(Enumerable.Range(0, Count).ToArray(), ids.Order().ToArray());
        CollectionAssert.AreEqual(ids, Ids(shuffled));
        CollectionAssert.AreEqual(ids, Ids(mlContext.Data.ShuffleRows(Data(mlContext), seed: 11)));
        CollectionAssert.AreNotEqual(ids, Ids(mlContext.Data.ShuffleRows(Data(mlContext), seed: 12)));
    }

    [TestMethod]
    public void AShuffledRowKeepsItsValuesTogether()
    {
        var mlContext = new MLContext(seed: 1);
        var shuffled = mlContext.Data.ShuffleRows(Data(mlContext), seed: 1, shufflePoolSize: 10);

        foreach (var row in mlContext.Data.CreateEnumerable<Row>(shuffled, reuseRowObject: false))
            Assert.AreEqual($"group {row.Id % 20}", row.Group);
    }

    [TestMethod]
    public void ASmallPoolMovesRowsForwardByItsSizeAtMost()
    {
        var mlContext = new MLContext(seed: 1);

        var ids = Ids(mlContext.Data.ShuffleRows(Data(mlContext), seed: 1, shufflePoolSize: 5));

        for (var place = 0; place < ids.Length; place++)
            Assert.IsTrue(ids[place] < place + 5, $"Row {ids[place]} came at place {place}.");
    }

    [TestMethod]
    public void TakeAndSkipCountRows()
    {
        var mlContext = new MLContext();
        var data = Data(mlContext);

        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, Ids(mlContext.Data.TakeRows(data, 3)));
        CollectionAssert.AreEqual(new[] { 198, 199 }, Ids(mlContext.Data.SkipRows(data, 198)));
        CollectionAssert.AreEqual(new[] { 10, 11 }, Ids(mlContext.Data.TakeRows(mlContext.Data.SkipRows(data, 10), 2)));
        Assert.AreEqual(Count, Ids(mlContext.Data.TakeRows(data, 1000)).Length);
    }

    [TestMethod]
    public void RowsAreFilteredByRangeAndByMissingValues()
    {
        var mlContext = new MLContext();
        var data = mlContext.Data.LoadFromEnumerable(new[] { 1f, float.NaN, 3f, 5f }.Select(value => new Number { Value = value }));

        var inRange = mlContext.Data.FilterRowsByColumn(data, nameof(Number.Value), lowerBound: 1, upperBound: 5);
        var known = mlContext.Data.FilterRowsByMissingValues(data, nameof(Number.Value));

        CollectionAssert.AreEqual(new[] { 1f, 3f }, inRange.GetColumn<float>(nameof(Number.Value)).ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 3f, 5f }, known.GetColumn<float>(nameof(Number.Value)).ToArray());
    }

    private static int[] Ids(IDataView data) => data.GetColumn<int>(nameof(Row.Id)).ToArray();

    private static IDataView Data(MLContext mlContext)
        => mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, Count).Select(id => new Row { Id = id, Group = $"group {id % 20}" }).ToArray());

    private sealed class Row
    {
        public int Id { get; set; }

        public string Group { get; set; } = "";
    }

    private sealed class Keyed
    {
        public int Id { get; set; }

        public string Text { get; set; } = "";

        public int Number { get; set; }

        public long Large { get; set; }
    }

    private sealed class Number
    {
        public float Value { get; set; }
    }
}
