namespace Microsoft.ML.Data;

/// <summary>A number for each row that decides where the row goes when a view is split.</summary>
internal sealed class RowNumber
{
    private const int HashBits = 30;

    private readonly Func<DataViewRow, Func<double?>> _createReader;

    private RowNumber(DataViewSchema.Column? column, Func<DataViewRow, Func<double?>> createReader)
    {
        Column = column;
        _createReader = createReader;
    }

    /// <summary>The column that the number is made of; null for chance.</summary>
    public DataViewSchema.Column? Column { get; }

    /// <summary>Whether a row has the same number wherever it stands.</summary>
    public bool IsOfRow => Column is not null;

    /// <summary>A fraction for each position, the same at each reading.</summary>
    public static RowNumber Chance(int? seed) => new(null, _ =>
    {
        var random = new TauswortheHybrid((uint)(seed ?? 42));
        return () => random.NextSingle();
    });

    /// <summary>The column's own value.</summary>
    public static RowNumber Of(DataViewSchema.Column column) => new(column, row => Read(row, column, Convert.ToDouble));

    /// <summary>A fraction that is equal for equal values.</summary>
    public static RowNumber FractionOf(IDataView data, DataViewSchema.Column column, int? seed)
    {
        if (column.Type is KeyDataViewType key)
            return new(column, row => Read<double?>(row, column, value => FractionOf(Convert.ToUInt64(value), key.Count)));
        if (column.Type == NumberDataViewType.Single || column.Type == NumberDataViewType.Double)
            return Scaled(data, column);

        var hashSeed = (uint)(seed ?? 314489979);
        return new(column, row => Read<double?>(row, column, value =>
        {
            var hash = MurmurHash.Of(hashSeed, value);
            return hash is null ? null : FractionOf((hash.Value & ((1u << HashBits) - 1)) + 1, 1ul << HashBits);
        }));
    }

    public Func<double?> CreateReader(DataViewRow row) => _createReader(row);

    private static RowNumber Scaled(IDataView data, DataViewSchema.Column column)
    {
        double minimum = double.PositiveInfinity, maximum = double.NegativeInfinity;
        using (var cursor = data.GetRowCursor(column))
        {
            var read = Read(cursor, column, Convert.ToDouble);
            while (cursor.MoveNext())
            {
                var value = read()!.Value;
                minimum = Math.Min(minimum, value);
                maximum = Math.Max(maximum, value);
            }
        }

        var scale = maximum > minimum ? 1 / (maximum - minimum) : 0;
        return new(column, row => Read(row, column, value => (Convert.ToDouble(value) - minimum) * scale));
    }

    private static double? FractionOf(ulong key, ulong count) => key == 0 || key > count ? null : (key - 0.5) / count;

    private static Func<double?> Read(DataViewRow row, DataViewSchema.Column column, Func<object, double> convert)
        => Read<double?>(row, column, value => convert(value));

    private static Func<TResult> Read<TResult>(DataViewRow row, DataViewSchema.Column column, Func<object, TResult> convert)
    {
        var read = (Func<object>)RowCursorUtils.InvokeGeneric(Boxed<int>, column.Type.RawType, row, column);
        return () => convert(read());
    }

    private static Func<object> Boxed<TValue>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<TValue>(column);
        TValue value = default;
        return () =>
        {
            getter(ref value);
            return value;
        };
    }
}
