namespace Microsoft.ML.Data;

/// <summary>Some of a view's columns, in any order.</summary>
internal sealed class SelectedColumnsView : IDataView, IRowToRowMapper
{
    private readonly IDataView _input;
    private readonly int[] _sources;

    public SelectedColumnsView(IDataView input, int[] sources)
    {
        _input = input;
        _sources = sources;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(sources.Select(source => input.Schema[source]));
        Schema = builder.ToSchema();
    }

    public bool CanShuffle => _input.CanShuffle;

    public DataViewSchema Schema { get; }

    public DataViewSchema InputSchema => _input.Schema;

    public DataViewSchema OutputSchema => Schema;

    /// <summary>The view without the columns whose values cannot be copied: those of custom types, images above all.</summary>
    public static IDataView CopyableColumns(IDataView input)
    {
        var copyable = input.Schema
            .Where(column => column.Type is PrimitiveDataViewType or VectorDataViewType)
            .Select(column => column.Index)
            .ToArray();
        return copyable.Length == input.Schema.Count ? input : new SelectedColumnsView(input, copyable);
    }

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(this, _input.GetRowCursor(GetDependencies(columnsNeeded), rand));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => _input.GetRowCursorSet(GetDependencies(columnsNeeded), n, rand).Select(input => new Cursor(this, input)).ToArray();

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var active = RowCursorUtils.ActiveColumns(dependingColumns, Schema);
        return Schema.Where(active).Select(column => InputSchema[_sources[column.Index]]).ToArray();
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => new Row(this, input);

    private sealed class Row(SelectedColumnsView view, DataViewRow input) : WrappingRow(input)
    {
        public override DataViewSchema Schema => view.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => Input.GetGetter<TValue>(Input.Schema[view._sources[column.Index]]);
    }

    private sealed class Cursor(SelectedColumnsView view, DataViewRowCursor input) : SynchronizedCursorBase(input)
    {
        public override DataViewSchema Schema => view.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column)
            => Input.IsColumnActive(Input.Schema[view._sources[column.Index]]);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => Input.GetGetter<TValue>(Input.Schema[view._sources[column.Index]]);
    }
}
