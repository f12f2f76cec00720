using Microsoft.ML;
using Microsoft.ML.Data;

namespace StandIns.Tests.Data;

[TestClass]
public class LazinessTests
{
    [TestMethod]
    public void NothingIsReadUntilAGetterIsCalled()
    {
        var rows = Rows(3);
        var data = new MLContext().Data.LoadFromEnumerable(rows);

        using var cursor = data.GetRowCursor(data.Schema);
        var getter = cursor.GetGetter<float>(data.Schema[nameof(Row.Value)]);
        while (cursor.MoveNext())
        {
        }

        Assert.AreEqual(0, rows.Sum(row => row.ValueReads));
        Assert.Throws<Exception>(() => { float value = 0; getter(ref value); });
    }

    [TestMethod]
    public void AGetterReadsItsSourceOnceACall()
    {
        var rows = Rows(2);
        var data = new MLContext().Data.LoadFromEnumerable(rows);

        using var cursor = data.GetRowCursor(data.Schema);
        var getter = cursor.GetGetter<float>(data.Schema[nameof(Row.Value)]);
        float value = 0;
        cursor.MoveNext();
        getter(ref value);
        getter(ref value);

        Assert.AreEqual(10, value);
        Assert.AreEqual(2, rows[0].ValueReads);
        Assert.AreEqual(0, rows[1].ValueReads);
    }

    [TestMethod]
    public void ARowMapperComputesWhatIsAskedForWhenItIsAskedFor()
    {
        var mlContext = new MLContext();
        var rows = Rows(1);
        var data = mlContext.Data.LoadFromEnumerable(rows);
        var model = (ITransformer)mlContext.Transforms.CopyColumns("Copy", nameof(Row.Value))
            .Append(mlContext.Transforms.CopyColumns("Again", "Copy")).Fit(data);
        var mapper = model.GetRowToRowMapper(data.Schema);

        using var cursor = data.GetRowCursor(mapper.GetDependencies([mapper.OutputSchema["Again"]]));
        using var row = mapper.GetRow(cursor, [mapper.OutputSchema["Again"]]);
        var getter = row.GetGetter<float>(mapper.OutputSchema["Again"]);
        float value = 0;
        cursor.MoveNext();
        var before = rows[0].ValueReads;
        getter(ref value);

        Assert.AreEqual(0, before);
        Assert.AreEqual(10, value);
        Assert.AreEqual(1, rows[0].ValueReads);
        Assert.IsFalse(cursor.IsColumnActive(data.Schema[nameof(Row.Name)]));
    }

    [TestMethod]
    public void ATransformerReadsEachRowOnceAndKeepsTheOrder()
    {
        var mlContext = new MLContext();
        var rows = Rows(1000);
        var data = mlContext.Data.LoadFromEnumerable(rows);
        var model = mlContext.Transforms.CopyColumns("Copy", nameof(Row.Value)).Append(mlContext.Transforms.CopyColumns("Again", "Copy")).Fit(data);

        var values = model.Transform(data).GetColumn<float>("Again").ToArray();

        CollectionAssert.AreEqual(Enumerable.Range(0, 1000).Select(i => 10f + i).ToArray(), values);
        Assert.IsTrue(rows.All(row => row.ValueReads == 1));
    }

    [TestMethod]
    public void ATransformerReadsAheadAndWrapsWhatGoesWrong()
    {
        var mlContext = new MLContext();
        var data = mlContext.Data.LoadFromEnumerable(Rows(3).Append(new Row(-1)));
        var copied = mlContext.Transforms.CopyColumns("Copy", nameof(Row.Value)).Fit(data).Transform(data);

        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => copied.GetColumn<float>("Copy").ToArray());

        StringAssert.Contains(exception.Message, "Splitter/consolidator worker encountered exception while consuming source data");
        Assert.AreEqual("No row has index -1.", exception.GetBaseException().Message);
    }

    [TestMethod]
    public void WhatIsReadByItselfFailsByItself()
    {
        var data = new MLContext().Data.LoadFromEnumerable([new Row(-1)]);

        var exception = Assert.Throws<Exception>(() => data.GetColumn<float>(nameof(Row.Value)).ToArray());

        Assert.AreEqual("No row has index -1.", exception.Message);
    }

    [TestMethod]
    public void ACursorOverAnEndlessSourceMayBeLeft()
    {
        var mlContext = new MLContext();
        static IEnumerable<Row> Endless()
        {
            while (true)
                yield return new Row(0);
        }

        var data = mlContext.Data.LoadFromEnumerable(Endless());
        var copied = mlContext.Transforms.CopyColumns("Copy", nameof(Row.Value)).Fit(data).Transform(data);

        using var cursor = copied.GetRowCursor([copied.Schema["Copy"]]);

        Assert.IsTrue(cursor.MoveNext());
    }

    [TestMethod]
    public void OtherColumnsAreNotRead()
    {
        var mlContext = new MLContext();
        var rows = Rows(4);
        var data = mlContext.Data.LoadFromEnumerable(rows);

        var names = mlContext.Transforms.CopyColumns("Copy", nameof(Row.Value)).Fit(data).Transform(data)
            .GetColumn<string>(nameof(Row.Name)).ToArray();

        CollectionAssert.AreEqual(new[] { "row 0", "row 1", "row 2", "row 3" }, names);
        Assert.AreEqual(0, rows.Sum(row => row.ValueReads));
    }

    [TestMethod]
    public void AnInactiveColumnHasNoGetter()
    {
        var data = new MLContext().Data.LoadFromEnumerable(Rows(1));

        using var cursor = data.GetRowCursor([data.Schema[nameof(Row.Name)]]);

        Assert.IsFalse(cursor.IsColumnActive(data.Schema[nameof(Row.Value)]));
        Assert.IsTrue(cursor.IsColumnActive(data.Schema[nameof(Row.Name)]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(data.Schema[nameof(Row.Value)]));
    }

    [TestMethod]
    public void AGetterOfTheWrongTypeIsRefused()
    {
        var data = new MLContext().Data.LoadFromEnumerable(Rows(1));

        using var cursor = data.GetRowCursor(data.Schema);

        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<int>(data.Schema[nameof(Row.Value)]));
        StringAssert.Contains(exception.Message, "Invalid TValue in GetGetter");
    }

    [TestMethod]
    public void PositionsCountFromZeroAndEndAtMinusOne()
    {
        var data = new MLContext().Data.LoadFromEnumerable(Rows(2));
        using var cursor = data.GetRowCursor(data.Schema);

        Assert.AreEqual(-1, cursor.Position);
        Assert.IsTrue(cursor.MoveNext());
        Assert.AreEqual(0, cursor.Position);
        Assert.IsTrue(cursor.MoveNext());
        Assert.AreEqual(1, cursor.Position);
        Assert.IsFalse(cursor.MoveNext());
        Assert.AreEqual(-1, cursor.Position);
        Assert.IsFalse(cursor.MoveNext());
    }

    [TestMethod]
    public void EachCursorEnumeratesAnew()
    {
        var enumerations = 0;
        IEnumerable<Row> Source()
        {
            enumerations++;
            yield return new Row(0);
        }

        var data = new MLContext().Data.LoadFromEnumerable(Source());
        Assert.AreEqual(0, enumerations);
        Assert.AreEqual(1, data.GetColumn<float>(nameof(Row.Value)).Count());
        Assert.AreEqual(1, data.GetColumn<float>(nameof(Row.Value)).Count());
        Assert.AreEqual(2, enumerations);
        Assert.IsNull(data.GetRowCount());
    }

    [TestMethod]
    public void ACachedViewReadsEachRowOnce()
    {
        var mlContext = new MLContext();
        var rows = Rows(3);
        var cached = mlContext.Data.Cache(mlContext.Data.LoadFromEnumerable(rows));

        var first = cached.GetColumn<float>(nameof(Row.Value)).ToArray();
        var second = cached.GetColumn<float>(nameof(Row.Value)).ToArray();

        CollectionAssert.AreEqual(new[] { 10f, 11f, 12f }, first);
        CollectionAssert.AreEqual(first, second);
        CollectionAssert.AreEqual(new[] { 1, 1, 1 }, rows.Select(row => row.ValueReads).ToArray());
    }

    [TestMethod]
    public void ACacheCheckpointSparesTheEstimatorsAfterItTheWork()
    {
        var mlContext = new MLContext();
        var rows = Rows(3);
        var pipeline = mlContext.Transforms.CopyColumns("Copy", nameof(Row.Value))
            .AppendCacheCheckpoint(mlContext)
            .Append(mlContext.Transforms.Conversion.MapValueToKey("A", "Copy"))
            .Append(mlContext.Transforms.Conversion.MapValueToKey("B", "Copy"));

        pipeline.Fit(mlContext.Data.LoadFromEnumerable(rows));

        CollectionAssert.AreEqual(new[] { 1, 1, 1 }, rows.Select(row => row.ValueReads).ToArray());
    }

    private static Row[] Rows(int count) => Enumerable.Range(0, count).Select(i => new Row(i)).ToArray();

    private sealed class Row(int index)
    {
        [NoColumn]
        public int ValueReads { get; private set; }

        public string Name => $"row {index}";

        public float Value
        {
            get
            {
                ValueReads++;
                return index < 0 ? throw new ArgumentException($"No row has index {index}.") : 10 + index;
            }
        }
    }
}
