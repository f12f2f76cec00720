namespace Microsoft.ML.Data;

/// <summary>A view over objects: each cursor enumerates them anew, and a member is read when its getter is called.</summary>
internal sealed class EnumerableDataView<TRow> : IDataView where TRow : class
{
    private readonly IEnumerable<TRow> _data;
    private readonly MemberColumn[] _columns;

    public EnumerableDataView(IEnumerable<TRow> data, SchemaDefinition definition)
    {
        _data = data;
        _columns = MemberColumn.Of(typeof(TRow), definition, SchemaDefinition.Direction.Read);
        Schema = MemberColumn.SchemaOf(_columns);
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => (_data as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(this, RowCursorUtils.ActiveColumns(columnsNeeded, Schema));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : RootCursorBase
    {
        private readonly EnumerableDataView<TRow> _view;
        private readonly IEnumerator<TRow> _rows;
        private readonly Delegate[] _getters;

        public Cursor(EnumerableDataView<TRow> view, bool[] active)
        {
            _view = view;
            _rows = view._data.GetEnumerator();
            _getters = view._columns
                .Select((column, i) => active[i] ? MemberGetters.Create<TRow>(column, () => _rows.Current) : null)
                .ToArray();
        }

        public override DataViewSchema Schema => _view.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] is not null;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => RowCursorUtils.Typed<TValue>(_getters[column.Index]);

        protected override bool MoveNextCore()
        {
            if (!_rows.MoveNext())
                return false;
            if (_rows.Current is null)
                throw Contracts.Except("Encountered null when iterating over data, this is not supported.");
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _rows.Dispose();
            base.Dispose(disposing);
        }
    }
}
