namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName) => data.GetColumn<T>(data.Schema[columnName]);

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckNonEmpty(column.Name, nameof(column));
        var type = column.Type;
        if (data.Schema[column.Index].Name != column.Name || !ReferenceEquals(data.Schema[column.Index].Type, type))
        {
            throw Contracts.ExceptParam(
                nameof(column), $"column with name {column.Name}, type {type}, and index {column.Index} cannot be found in data");
        }

        if (type.RawType == typeof(T))
            return Values<T, T>(data, column, value => value);
        if (typeof(T) == typeof(string) && type is TextDataViewType)
            return (IEnumerable<T>)Values<ReadOnlyMemory<char>, string>(data, column, text => text.ToString());
        if (typeof(T).IsArray && type is not VectorDataViewType)
        {
            throw Contracts.ExceptParam(
                nameof(column), $"Cannot load vector type, {type}, specified in column to the user-defined type, {typeof(T)}.");
        }

        if (type is VectorDataViewType vector && typeof(T).IsArray)
        {
            var item = typeof(T).GetElementType();
            if (item == vector.ItemType.RawType)
                return (IEnumerable<T>)RowCursorUtils.InvokeGeneric(Arrays<int>, item, data, column);
            if (item == typeof(string) && vector.ItemType is TextDataViewType)
            {
                return (IEnumerable<T>)Values<VBuffer<ReadOnlyMemory<char>>, string[]>(
                    data, column, texts => texts.DenseValues().Select(text => text.ToString()).ToArray());
            }
        }

        throw Contracts.ExceptParam(
            nameof(column), $"Cannot map column (name: {column.Name}, type: {type}) in data to the user-defined type, {typeof(T)}.");
    }

    private static IEnumerable<TItem[]> Arrays<TItem>(IDataView data, DataViewSchema.Column column)
        => Values<VBuffer<TItem>, TItem[]>(data, column, vector =>
        {
            var array = new TItem[vector.Length];
            vector.CopyTo(array);
            return array;
        });

    private static IEnumerable<TResult> Values<TValue, TResult>(
        IDataView data, DataViewSchema.Column column, Func<TValue, TResult> convert)
    {
        using var cursor = data.GetRowCursor(column);
        var getter = cursor.GetGetter<TValue>(column);
        TValue value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            yield return convert(value);
        }
    }
}
