namespace Microsoft.ML.Data;

/// <summary>The custom column types that have been registered, by their type in memory (and the attribute of the member).</summary>
public static class DataViewTypeManager
{
    private static readonly Lock Lock = new();
    private static readonly Dictionary<(Type Raw, DataViewTypeAttribute Attribute), DataViewType> ByRaw = [];

    public static void Register(DataViewType dataViewType, Type type, DataViewTypeAttribute typeAttribute = null)
    {
        if (ColumnTypeExtensions.IsPrimitiveRawType(type) || type == typeof(VBuffer<>) || type == typeof(Nullable<>))
        {
            throw Contracts.ExceptParam(
                nameof(type), $"Type {type} has been registered as ML.NET's default supported type, so it can't not be registered again.");
        }

        lock (Lock)
        {
            if (ByRaw.TryGetValue((type, typeAttribute), out var known))
            {
                if (known.Equals(dataViewType))
                    return;
                throw Contracts.ExceptParam(
                    nameof(type),
                    $"Repeated type register. The raw type {type} has been associated with {known} so it cannot be associated with {dataViewType}.");
            }

            var other = ByRaw.FirstOrDefault(pair => pair.Value.Equals(dataViewType)).Key.Raw;
            if (other is not null)
            {
                throw Contracts.ExceptParam(
                    nameof(dataViewType),
                    $"Repeated type register. The DataView type {dataViewType} has been associated with {other} so it cannot be associated with {type}.");
            }

            ByRaw.Add((type, typeAttribute), dataViewType);
        }
    }

    internal static bool TryGet(Type type, IEnumerable<Attribute> attributes, out DataViewType dataViewType)
    {
        var attribute = attributes?.OfType<DataViewTypeAttribute>().SingleOrDefault();
        lock (Lock)
            return ByRaw.TryGetValue((type, attribute), out dataViewType);
    }
}
