using System.Reflection;
using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>Explains why a column of images is missing: ML.NET's cache drops such columns without a word.</summary>
internal static class DroppedColumn
{
    private const string Way = "drop columns of images without a word. Leave the caching out, or cache paths.";

    private const BindingFlags OwnFields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // Views on views on views; more would be a circle.
    private const int MostSteps = 1000;

    /// <summary>What to say where only the shape of the data is known.</summary>
    public static string Hint { get; } = $" Data.Cache and AppendCacheCheckpoint {Way}";

    /// <summary>What to say about data that lack a column: whether a view further up had one of these names; empty if none had.</summary>
    public static string Explain(IDataView data, IReadOnlyList<string> names)
    {
        var waiting = new Queue<IDataView>([data]);
        var seen = new HashSet<IDataView>(ReferenceEqualityComparer.Instance);
        while (waiting.TryDequeue(out var view) && seen.Count < MostSteps)
        {
            if (!seen.Add(view))
                continue;
            if (names.FirstOrDefault(name => view.Schema.GetColumnOrNull(name) is not null) is { } name)
                return $" They had the column '{name}' further up: Data.Cache and AppendCacheCheckpoint {Way}";
            foreach (var source in Sources(view))
                waiting.Enqueue(source);
        }
        return "";
    }

    // ML.NET has no public way from a view to the one below it.
    private static IEnumerable<IDataView> Sources(IDataView view)
    {
        for (var type = view.GetType(); type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(OwnFields))
            {
                if (typeof(IDataView).IsAssignableFrom(field.FieldType) && field.GetValue(view) is IDataView source)
                    yield return source;
            }
        }
    }
}
