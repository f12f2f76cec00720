namespace Microsoft.ML.Data;

internal static class ColumnTypeExtensions
{
    private static readonly Dictionary<Type, (DataKind? Kind, PrimitiveDataViewType Type)> ByRawType = new()
    {
        [typeof(sbyte)] = (DataKind.SByte, NumberDataViewType.SByte),
        [typeof(byte)] = (DataKind.Byte, NumberDataViewType.Byte),
        [typeof(short)] = (DataKind.Int16, NumberDataViewType.Int16),
        [typeof(ushort)] = (DataKind.UInt16, NumberDataViewType.UInt16),
        [typeof(int)] = (DataKind.Int32, NumberDataViewType.Int32),
        [typeof(uint)] = (DataKind.UInt32, NumberDataViewType.UInt32),
        [typeof(long)] = (DataKind.Int64, NumberDataViewType.Int64),
        [typeof(ulong)] = (DataKind.UInt64, NumberDataViewType.UInt64),
        [typeof(float)] = (DataKind.Single, NumberDataViewType.Single),
        [typeof(double)] = (DataKind.Double, NumberDataViewType.Double),
        [typeof(string)] = (DataKind.String, TextDataViewType.Instance),
        [typeof(ReadOnlyMemory<char>)] = (DataKind.String, TextDataViewType.Instance),
        [typeof(bool)] = (DataKind.Boolean, BooleanDataViewType.Instance),
        [typeof(TimeSpan)] = (DataKind.TimeSpan, TimeSpanDataViewType.Instance),
        [typeof(DateTime)] = (DataKind.DateTime, DateTimeDataViewType.Instance),
        [typeof(DateTimeOffset)] = (DataKind.DateTimeOffset, DateTimeOffsetDataViewType.Instance),
        [typeof(DataViewRowId)] = (null, RowIdDataViewType.Instance),
    };

    public static bool IsStandardScalar(this DataViewType type) => ByRawType.Values.Any(known => ReferenceEquals(known.Type, type));

    public static ulong GetKeyCount(this DataViewType type) => (type as KeyDataViewType)?.Count ?? 0;

    public static DataViewType GetItemType(this DataViewType type) => (type as VectorDataViewType)?.ItemType ?? type;

    public static int GetVectorSize(this DataViewType type) => (type as VectorDataViewType)?.Size ?? 0;

    public static bool IsPrimitiveRawType(Type type) => ByRawType.ContainsKey(type);

    public static PrimitiveDataViewType PrimitiveTypeFromType(Type type)
        => ByRawType.TryGetValue(type, out var known)
            ? known.Type
            : throw new InvalidOperationException($"Bad type in ColumnTypeExtensions.PrimitiveTypeFromType: {type}");

    public static PrimitiveDataViewType PrimitiveTypeFromKind(DataKind kind)
        => ByRawType.Values.FirstOrDefault(known => known.Kind == kind).Type
            ?? throw new InvalidOperationException($"Bad data kind in ColumnTypeExtensions.PrimitiveTypeFromKind: {kind}");

    public static DataKind KindFromType(Type type)
        => ByRawType.TryGetValue(type, out var known) && known.Kind is { } kind
            ? kind
            : throw new InvalidOperationException($"Bad type in ColumnTypeExtensions.KindFromType: {type}");
}
