using Microsoft.ML;
using Microsoft.ML.Data;

namespace StandIns.Tests.Data;

[TestClass]
public class LazinessTests
{
    [TestMethod]
    public void NothingIsReadUntilAGetterIsCalled()
    {
        var mlContext = new MLContext();
        var rows = Rows(3);
        var data = mlContext.Transforms.CopyColumns("Copy", nameof(Row.Value)).Fit(mlContext.Data.LoadFromEnumerable(rows))
            .Transform(mlContext.Data.LoadFromEnumerable(rows));

        using var cursor = data.GetRowCursor([data.Schema["Copy"]]);
        var getter = cursor.GetGetter<float>(data.Schema["Copy"]);
        while (cursor.MoveNext())
        {
        }

        Assert.AreEqual(0, rows.Sum(row => row.ValueReads));
        Assert.ThrowsExactly<InvalidOperationException>(() => { float value = 0; getter(ref value); });
    }

    [TestMethod]
    public void AGetterReadsItsSourceOnceACall()
    {
        var mlContext = new MLContext();
        var rows = Rows(2);
        var data = mlContext.Data.LoadFromEnumerable(rows);
        var copied = mlContext.Transforms.CopyColumns("Copy", nameof(Row.Value)).Fit(data).Transform(data);

        using var cursor = copied.GetRowCursor([copied.Schema["Copy"]]);
        var getter = cursor.GetGetter<float>(copied.Schema["Copy"]);
        float value = 0;
        cursor.MoveNext();
        getter(ref value);
        getter(ref value);

        Assert.AreEqual(10, value);
        Assert.AreEqual(2, rows[0].ValueReads);
        Assert.AreEqual(0, rows[1].ValueReads);
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
                return 10 + index;
            }
        }
    }
}
