namespace Microsoft.ML.Data;

/// <summary>Keeps the values of each column that was ever asked for. Its cursors can be shuffled.</summary>
internal sealed class CacheDataView : IDataView
{
    private readonly IDataView _input;
    private readonly Lock _lock = new();
    private readonly Array[] _columns;
    private DataViewRowId[] _ids;

    public CacheDataView(IDataView input, params string[] prefetch)
    {
        _input = SelectedColumnsView.CopyableColumns(input);
        _columns = new Array[Schema.Count];
        if (prefetch.Length > 0)
            Fill(prefetch.Select(name => Schema[name]).ToArray());
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema => _input.Schema;

    public long? GetRowCount() => _ids?.Length ?? _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var active = RowCursorUtils.ActiveColumns(columnsNeeded, Schema);
        Fill(Schema.Where(active).ToArray());
        return new Cursor(this, active, rand is null ? null : Permutation.Random(_ids.Length, rand));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private static Action<int> Recorder<TValue>(DataViewRow row, DataViewSchema.Column column, List<Array> results, List<Action> finishers)
    {
        var getter = row.GetGetter<TValue>(column);
        var values = new List<TValue>();
        var place = results.Count;
        results.Add(null);
        finishers.Add(() => results[place] = values.ToArray());
        return _ =>
        {
            // A fresh value each time: the getter must not write into a buffer that is kept already.
            TValue value = default;
            getter(ref value);
            values.Add(value);
        };
    }

    private void Fill(DataViewSchema.Column[] columns)
    {
        lock (_lock)
        {
            var missing = columns.Where(column => _columns[column.Index] is null).ToArray();
            if (missing.Length == 0 && _ids is not null)
                return;

            using var cursor = _input.GetRowCursor(missing);
            var results = new List<Array>();
            var finishers = new List<Action>();
            var recorders = missing
                .Select(column => (Action<int>)RowCursorUtils.InvokeGeneric(Recorder<int>, column.Type.RawType, cursor, column, results, finishers))
                .ToArray();
            var idGetter = cursor.GetIdGetter();
            var ids = new List<DataViewRowId>();
            while (cursor.MoveNext())
            {
                DataViewRowId id = default;
                idGetter(ref id);
                ids.Add(id);
                foreach (var record in recorders)
                    record(ids.Count);
            }

            foreach (var finish in finishers)
                finish();
            for (var i = 0; i < missing.Length; i++)
                _columns[missing[i].Index] = results[i];
            _ids ??= ids.ToArray();
        }
    }

    private sealed class Cursor(CacheDataView view, bool[] active, int[] order) : RootCursorBase
    {
        public override DataViewSchema Schema => view.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = view._ids[Row()];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw Contracts.ExceptParam(nameof(column), "requested column not active");
            var getter = column.Type is VectorDataViewType vector
                ? (Delegate)RowCursorUtils.InvokeGeneric(VectorGetter<int>, vector.ItemType.RawType, column)
                : (Delegate)RowCursorUtils.InvokeGeneric(ScalarGetter<int>, column.Type.RawType, column);
            return RowCursorUtils.Typed<TValue>(getter);
        }

        protected override bool MoveNextCore() => Position + 1 < view._ids.Length;

        private int Row()
        {
            CheckGood();
            return order is null ? (int)Position : order[Position];
        }

        private Delegate ScalarGetter<TValue>(DataViewSchema.Column column)
        {
            var values = (TValue[])view._columns[column.Index];
            return new ValueGetter<TValue>((ref TValue value) => value = values[Row()]);
        }

        private Delegate VectorGetter<TItem>(DataViewSchema.Column column)
        {
            var values = (VBuffer<TItem>[])view._columns[column.Index];
            return new ValueGetter<VBuffer<TItem>>((ref VBuffer<TItem> value) => values[Row()].CopyTo(ref value));
        }
    }
}

internal static class Permutation
{
    public static int[] Random(int size, Random rand)
    {
        var order = Enumerable.Range(0, size).ToArray();
        for (var i = 0; i < size; i++)
        {
            var other = i + rand.Next(size - i);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }
}
