using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>Reads the values of a key column, whatever their size.</summary>
internal static class KeyReader
{
    /// <param name="row">The row; its values change as its cursor moves.</param>
    /// <param name="column">A column of keys.</param>
    /// <returns>Gives the row's key: 0 where it is missing, else one more than its place.</returns>
    public static Func<ulong> Of(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type.RawType == typeof(uint))
            return Of<uint>(row, column, key => key);
        if (column.Type.RawType == typeof(byte))
            return Of<byte>(row, column, key => key);
        if (column.Type.RawType == typeof(ushort))
            return Of<ushort>(row, column, key => key);
        return Of<ulong>(row, column, key => key);
    }

    /// <param name="row">The row; its values change as its cursor moves.</param>
    /// <param name="column">A column of vectors of keys.</param>
    /// <returns>Gives the row's keys, each 0 where it is missing.</returns>
    public static Func<IEnumerable<ulong>> OfVector(DataViewRow row, DataViewSchema.Column column)
    {
        var item = ((VectorDataViewType)column.Type).ItemType.RawType;
        if (item == typeof(uint))
            return OfVector<uint>(row, column, key => key);
        if (item == typeof(byte))
            return OfVector<byte>(row, column, key => key);
        if (item == typeof(ushort))
            return OfVector<ushort>(row, column, key => key);
        return OfVector<ulong>(row, column, key => key);
    }

    private static Func<IEnumerable<ulong>> OfVector<T>(DataViewRow row, DataViewSchema.Column column, Func<T, ulong> widen)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> keys = default;
        return () =>
        {
            getter(ref keys);
            return keys.DenseValues().Select(widen);
        };
    }

    private static Func<ulong> Of<T>(DataViewRow row, DataViewSchema.Column column, Func<T, ulong> widen) where T : struct
    {
        var getter = row.GetGetter<T>(column);
        T key = default;
        return () =>
        {
            getter(ref key);
            return widen(key);
        };
    }
}
