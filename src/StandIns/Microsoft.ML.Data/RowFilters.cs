namespace Microsoft.ML.Data;

/// <summary>Some of a view's rows, in its order. Positions count the rows that are kept.</summary>
internal abstract class RowFilter(IDataView input) : IDataView
{
    public virtual bool CanShuffle => Input.CanShuffle;

    public DataViewSchema Schema => Input.Schema;

    protected IDataView Input => input;

    public virtual long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var columns = columnsNeeded.ToArray();
        return ReadAheadCursor.OverSetOf(this, columns, rand, () =>
        {
            var active = RowCursorUtils.ActiveColumns(columns, Schema);
            return Over(Input.GetRowCursor(Needed(active), CanShuffle ? rand : null), active);
        });
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        var active = RowCursorUtils.ActiveColumns(columnsNeeded, Schema);
        return CountsRows
            ? [Over(Input.GetRowCursor(Needed(active)), active)]
            : Input.GetRowCursorSet(Needed(active), n, CanShuffle ? rand : null).Select(input => Over(input, active)).ToArray();
    }

    /// <summary>Whether the test depends on a row's position, so that one cursor must see all rows.</summary>
    protected virtual bool CountsRows => false;

    /// <summary>The columns that the test reads.</summary>
    protected abstract IEnumerable<DataViewSchema.Column> TestedColumns { get; }

    /// <summary>What to do with the cursor's current row; called once for each row of the input.</summary>
    protected abstract Func<Verdict> CreateTest(DataViewRow row);

    protected enum Verdict
    {
        Keep,
        Drop,
        Stop,
    }

    private IEnumerable<DataViewSchema.Column> Needed(bool[] active)
    {
        var needed = (bool[])active.Clone();
        foreach (var column in TestedColumns)
            needed[column.Index] = true;
        return Schema.Where(needed);
    }

    private Cursor Over(DataViewRowCursor input, bool[] active) => new(input, active, CreateTest(input), !CountsRows);

    private sealed class Cursor(DataViewRowCursor input, bool[] active, Func<Verdict> test, bool isOfSet) : RootCursorBase, IOverReadAhead
    {
        bool IOverReadAhead.ReadsAhead => isOfSet && ReadAheadCursor.IsBelow(input);

        public override DataViewSchema Schema => input.Schema;

        public override long Batch => input.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Contracts.Check(IsColumnActive(column), "requested column not active");
            return input.GetGetter<TValue>(column);
        }

        protected override bool MoveNextCore()
        {
            while (input.MoveNext())
            {
                var verdict = test();
                if (verdict != Verdict.Drop)
                    return verdict == Verdict.Keep;
            }

            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>Skips the first rows, and takes so many of the others.</summary>
internal sealed class SkipTakeFilter(IDataView input, long skip, long take) : RowFilter(input)
{
    public override bool CanShuffle => false;

    protected override bool CountsRows => true;

    protected override IEnumerable<DataViewSchema.Column> TestedColumns => [];

    public override long? GetRowCount() => Input.GetRowCount() is { } count ? Math.Min(Math.Max(0, count - skip), take) : null;

    protected override Func<Verdict> CreateTest(DataViewRow row)
    {
        var seen = 0L;
        return () =>
        {
            seen++;
            return seen <= skip ? Verdict.Drop : seen - skip <= take ? Verdict.Keep : Verdict.Stop;
        };
    }
}

/// <summary>The rows whose number lies between two bounds: a column's value, or a fraction made of a row.</summary>
internal sealed class RangeFilter(
    IDataView input, RowNumber number, double lowerBound, double upperBound, bool includeUpper, bool complement) : RowFilter(input)
{
    public override bool CanShuffle => number.IsOfRow && base.CanShuffle;

    protected override bool CountsRows => !number.IsOfRow;

    protected override IEnumerable<DataViewSchema.Column> TestedColumns => number.Column is { } column ? [column] : [];

    protected override Func<Verdict> CreateTest(DataViewRow row)
    {
        var next = number.CreateReader(row);
        return () =>
        {
            var value = next();

            // Genuine ML.NET keeps a missing key in neither part; NaN fails both bounds and so is in neither, too.
            if (value is null)
                return Verdict.Drop;
            var above = value >= lowerBound;
            var below = includeUpper ? value <= upperBound : value < upperBound;
            var kept = complement ? value < lowerBound || (includeUpper ? value > upperBound : value >= upperBound) : above && below;
            return kept ? Verdict.Keep : Verdict.Drop;
        };
    }
}

/// <summary>The rows that miss no value in the given columns.</summary>
internal sealed class MissingValueFilter : RowFilter
{
    private readonly DataViewSchema.Column[] _columns;

    public MissingValueFilter(IDataView input, DataViewSchema.Column[] columns) : base(input)
    {
        _columns = columns;
        foreach (var column in columns)
        {
            var item = column.Type.GetItemType();
            if (item != NumberDataViewType.Single && item != NumberDataViewType.Double && item is not KeyDataViewType)
                throw Contracts.ExceptParam(nameof(columns), $"Column '{column.Name}' has type {column.Type} which does not support missing values, so we cannot filter on them");
        }
    }

    protected override IEnumerable<DataViewSchema.Column> TestedColumns => _columns;

    protected override Func<Verdict> CreateTest(DataViewRow row)
    {
        var tests = _columns.Select(column => TestOf(row, column)).ToArray();
        return () => tests.Any(test => test()) ? Verdict.Drop : Verdict.Keep;
    }

    private static Func<bool> TestOf(DataViewRow row, DataViewSchema.Column column)
        => (Func<bool>)RowCursorUtils.InvokeGeneric(
            column.Type is VectorDataViewType ? VectorTest<int> : ScalarTest<int>, column.Type.GetItemType().RawType, row, column);

    private static Func<bool> ScalarTest<TValue>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<TValue>(column);
        TValue value = default;
        return () =>
        {
            getter(ref value);
            return Missing.Is(column.Type, value);
        };
    }

    private static Func<bool> VectorTest<TItem>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<TItem>>(column);
        var itemType = column.Type.GetItemType();
        VBuffer<TItem> value = default;
        return () =>
        {
            getter(ref value);
            return value.DenseValues().Any(item => Missing.Is(itemType, item));
        };
    }
}

/// <summary>Which values mean "missing": NaN, the key 0, empty text.</summary>
internal static class Missing
{
    public static bool Is<TValue>(DataViewType type, TValue value) => value switch
    {
        float number => float.IsNaN(number),
        double number => double.IsNaN(number),
        ReadOnlyMemory<char> text => text.IsEmpty,
        _ => type is KeyDataViewType && EqualityComparer<TValue>.Default.Equals(value, default),
    };

    /// <summary>The missing value of a type, or its default where it has none.</summary>
    public static TValue Of<TValue>()
        => typeof(TValue) == typeof(float) ? (TValue)(object)float.NaN
            : typeof(TValue) == typeof(double) ? (TValue)(object)double.NaN
            : default;
}
