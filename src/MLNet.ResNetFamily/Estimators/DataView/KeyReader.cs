using Microsoft.ML;

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
