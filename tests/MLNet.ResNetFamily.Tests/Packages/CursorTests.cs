using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily.Tests.Packages;

/// <summary>How ML.NET's cursors walk over rows: scoring opens two of them side by side and asks each row's image once.</summary>
[TestClass]
public sealed class CursorTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    /// <summary>So scoring keeps a row's answer: its getters may be called more than once.</summary>
    [TestMethod]
    public void AGetterReadsItsSourceAtEveryCall()
    {
        var rows = Rows(2);
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        using var cursor = data.GetRowCursor(data.Schema);
        var getter = cursor.GetGetter<float>(data.Schema[nameof(Row.Value)]);
        float value = 0;

        cursor.MoveNext();
        getter(ref value);
        getter(ref value);

        Assert.AreEqual(10, value);
        CollectionAssert.AreEqual(new[] { 2, 0 }, rows.Select(row => row.ReadCount).ToArray());
    }

    [TestMethod]
    public void AStepReadsEachRowOnceAndKeepsTheOrder()
    {
        var rows = Rows(1000);
        var data = _mlContext.Data.LoadFromEnumerable(rows);
        var model = _mlContext.Transforms.CopyColumns("Copy", nameof(Row.Value)).Append(_mlContext.Transforms.CopyColumns(
            "Again", "Copy")).Fit(data);

        var values = model.Transform(data).GetColumn<float>("Again").ToArray();

        CollectionAssert.AreEqual(Enumerable.Range(0, 1000).Select(i => 10f + i).ToArray(), values);
        Assert.IsTrue(rows.All(row => row.ReadCount == 1));
    }

    [TestMethod]
    public void AStepReadsAheadAndWrapsWhatGoesWrong()
    {
        var data = _mlContext.Data.LoadFromEnumerable(Rows(3).Append(new Row(-1)));
        var copied = _mlContext.Transforms.CopyColumns("Copy", nameof(Row.Value)).Fit(data).Transform(data);

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => copied.GetColumn<float>("Copy").ToArray());

        StringAssert.Contains(error.Message, "Splitter/consolidator worker encountered exception while consuming source data");
        Assert.AreEqual("No row has the number -1.", error.GetBaseException().Message);
    }

    [TestMethod]
    public void WhatIsReadWithoutAStepFailsAsItself()
    {
        var data = _mlContext.Data.LoadFromEnumerable([new Row(-1)]);

        var error = Assert.ThrowsExactly<ArgumentException>(() => data.GetColumn<float>(nameof(Row.Value)).ToArray());

        Assert.AreEqual("No row has the number -1.", error.Message);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void ACursorOverEndlessRowsMayBeLeft()
    {
        var data = _mlContext.Data.LoadFromEnumerable(Endless());
        var copied = _mlContext.Transforms.CopyColumns("Copy", nameof(Row.Value)).Fit(data).Transform(data);

        var first = copied.GetColumn<float>("Copy").First();

        Assert.AreEqual(10, first);

        static IEnumerable<Row> Endless()
        {
            while (true)
                yield return new Row(0);
        }
    }

    [TestMethod]
    public void PositionsCountFromZeroBetweenTwoMinusOnes()
    {
        var data = _mlContext.Data.LoadFromEnumerable(Rows(2));
        using var cursor = data.GetRowCursor(data.Schema);
        List<long> positions = [cursor.Position];

        while (cursor.MoveNext())
            positions.Add(cursor.Position);
        positions.Add(cursor.Position);

        CollectionAssert.AreEqual(new long[] { -1, 0, 1, -1 }, positions);
        Assert.IsFalse(cursor.MoveNext());
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TwoCursorsGiveARowTheSameId(bool shuffle)
    {
        var data = _mlContext.Data.Cache(_mlContext.Data.LoadFromEnumerable(Rows(50)));

        var first = Ids(data, shuffle ? new Random(3) : null);
        var second = Ids(data, shuffle ? new Random(3) : null);
        var other = Ids(data, shuffle ? new Random(4) : null);

        CollectionAssert.AreEqual(first, second);
        CollectionAssert.AllItemsAreUnique(first);
        Assert.AreEqual(!shuffle, first.SequenceEqual(other));
    }

    private static DataViewRowId[] Ids(IDataView data, Random? random)
    {
        var ids = new List<DataViewRowId>();
        using var cursor = data.GetRowCursor(data.Schema, random);
        var getter = cursor.GetIdGetter();
        while (cursor.MoveNext())
        {
            DataViewRowId id = default;
            getter(ref id);
            ids.Add(id);
        }
        return [.. ids];
    }

    private static Row[] Rows(int count) => [.. Enumerable.Range(0, count).Select(i => new Row(i))];

    private sealed class Row(int number)
    {
        [NoColumn]
        public int ReadCount { get; private set; }

        public float Value
        {
            get
            {
                ReadCount++;
                return number < 0 ? throw new ArgumentException($"No row has the number {number}.") : 10 + number;
            }
        }
    }
}
