using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>The true classes of data, as numbers of a model's classes.</summary>
internal sealed class LabelColumn
{
    private readonly Dictionary<string, int> _known;
    private readonly IReadOnlyList<string>? _keyNames;

    private LabelColumn(DataViewSchema.Column column, IReadOnlyList<string>? keyNames, IReadOnlyList<string> classNames)
    {
        (Column, _keyNames) = (column, keyNames);
        _known = classNames.Select((name, index) => (name, index)).ToDictionary(c => c.name, c => c.index);
    }

    public DataViewSchema.Column Column { get; }

    /// <summary>Finds the column and sees how to read it.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it is neither text nor a key.</exception>
    public static LabelColumn Find(DataViewSchema schema, string name, IReadOnlyList<string> classNames)
    {
        var column = schema.GetColumnOrNull(name)
            ?? throw ImageColumn.MissingColumn(
                name, schema.Where(c => !c.IsHidden).Select(c => c.Name), nameof(ReportOptions.LabelColumnName));
        return column.Type switch
        {
            TextDataViewType => new(column, null, classNames),
            KeyDataViewType { RawType: var raw } when raw == typeof(uint) => new(column, ClassLabels.Of(column).Names, classNames),
            var other => throw new ArgumentException(
                $"Label column '{name}' has the type {other}, but it must be text or a key of 4 bytes. " +
                "Map it with MapValueToKey, or name another column in 'LabelColumnName'."),
        };
    }

    /// <summary>Reads the class of the row that a cursor stands on.</summary>
    public Func<int> CreateReader(DataViewRow row)
    {
        if (_keyNames is null)
        {
            var getter = row.GetGetter<ReadOnlyMemory<char>>(Column);
            ReadOnlyMemory<char> text = default;
            return () =>
            {
                getter(ref text);
                return IndexOf(text.ToString(), row);
            };
        }
        var getKey = row.GetGetter<uint>(Column);
        uint key = 0;
        return () =>
        {
            getKey(ref key);
            return IndexOf(key == 0 ? "" : _keyNames[(int)key - 1], row);
        };
    }

    private int IndexOf(string name, DataViewRow row) => _known.TryGetValue(name, out var index) ? index : throw new ArgumentException(
        $"Row {row.Position} has {(name.Length == 0 ? "a label that the model does not know" : $"the label '{name}'")} in " +
        $"column '{Column.Name}', but the model knows only {ListText.Quoted(_known.Keys)}. Leave such rows out, or train with this class.");
}
