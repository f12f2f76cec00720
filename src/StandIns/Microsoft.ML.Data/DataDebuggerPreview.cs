using System.Collections.Immutable;

namespace Microsoft.ML.Data;

/// <summary>The first rows of a view, all values computed.</summary>
public sealed class DataDebuggerPreview
{
    internal DataDebuggerPreview(IDataView data, int maxRows)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckParam(maxRows >= 0, nameof(maxRows), "Must be non-negative");
        Schema = data.Schema;

        using var cursor = data.GetRowCursor(data.Schema);
        var getters = Schema
            .Select(column => (Func<object>)RowCursorUtils.InvokeGeneric(Boxed<int>, column.Type.RawType, cursor, column))
            .ToArray();
        var rows = ImmutableArray.CreateBuilder<RowInfo>();
        while (rows.Count < maxRows && cursor.MoveNext())
            rows.Add(new RowInfo(Schema.Select(column => KeyValuePair.Create(column.Name, getters[column.Index]())).ToArray()));

        RowView = rows.ToImmutable();
        ColumnView = Schema
            .Select(column => new ColumnInfo(column, RowView.Select(row => row.Values[column.Index].Value).ToArray()))
            .ToImmutableArray();
    }

    public DataViewSchema Schema { get; }

    public ImmutableArray<ColumnInfo> ColumnView { get; }

    public ImmutableArray<RowInfo> RowView { get; }

    public override string ToString() => $"{Schema.Count} columns, {RowView.Length} rows";

    private static Func<object> Boxed<TValue>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<TValue>(column);
        return () =>
        {
            TValue value = default;
            getter(ref value);
            return value;
        };
    }

    public sealed class ColumnInfo
    {
        internal ColumnInfo(DataViewSchema.Column column, object[] values)
        {
            Column = column;
            Values = values;
        }

        public DataViewSchema.Column Column { get; }

        public object[] Values { get; }

        public override string ToString() => $"{Column.Name}: {Column.Type}";
    }

    public sealed class RowInfo
    {
        internal RowInfo(KeyValuePair<string, object>[] values) => Values = values;

        public KeyValuePair<string, object>[] Values { get; }

        public override string ToString() => $"{Values.Length} columns";
    }
}
