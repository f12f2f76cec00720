using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>
/// The label column of images that may show several classes: a vector of keys or of text, of any length. Missing keys and empty texts, with
/// which vectors of a fixed length are filled up, are no labels.
/// </summary>
internal sealed class LabelSetColumn
{
    private readonly ClassLabels? _keys;

    private LabelSetColumn(DataViewSchema.Column column, ClassLabels? keys) => (Column, _keys) = (column, keys);

    public DataViewSchema.Column Column { get; }

    /// <summary>Whether the labels are text.</summary>
    public bool IsText => _keys is null;

    /// <summary>Finds the column and sees how to read it.</summary>
    /// <exception cref="ArgumentException">There is no such column, or it is no vector of keys or of text.</exception>
    public static LabelSetColumn Find(DataViewSchema schema, string name)
    {
        var column = schema.GetColumnOrNull(name) ?? throw ImageColumn.MissingColumn(
            name, schema.Where(c => !c.IsHidden).Select(c => c.Name), nameof(ImageClassifierTrainer.Options.LabelColumnName));
        return column.Type switch
        {
            VectorDataViewType { ItemType: TextDataViewType } => new(column, null),
            VectorDataViewType { ItemType: KeyDataViewType } => new(column, ClassLabels.Of(column)),
            var other => throw NotASet(name, other.ToString()!),
        };
    }

    /// <summary>As far as an estimator's schema tells, the same check.</summary>
    /// <inheritdoc cref="Find"/>
    public static void Check(SchemaShape.Column label)
    {
        if (label.Kind == SchemaShape.Column.VectorKind.Scalar || !(label.IsKey || label.ItemType is TextDataViewType))
            throw NotASet(label.Name, $"{label.Kind} of {(label.IsKey ? "Key of " : "")}{label.ItemType}");
    }

    /// <summary>The classes: of a key its own, of text those that occur, in alphabetical order.</summary>
    public ClassLabels Classes(IDataView data)
    {
        if (_keys is not null)
            return _keys;
        var names = new SortedSet<string>(StringComparer.Ordinal);
        using var cursor = data.GetRowCursor([Column]);
        var read = CreateReader(cursor);
        while (cursor.MoveNext())
            names.UnionWith(read());
        return ClassLabels.Of(names);
    }

    /// <summary>Reads the labels of the row that a cursor stands on, each once.</summary>
    public Func<IReadOnlyList<string>> CreateReader(DataViewRow row)
    {
        if (_keys is not null)
        {
            var readKeys = KeyReader.OfVector(row, Column);
            return () => [.. readKeys().Where(key => key > 0).Distinct().Select(key => _keys.Names[(int)key - 1])];
        }
        var getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(Column);
        VBuffer<ReadOnlyMemory<char>> texts = default;
        return () =>
        {
            getter(ref texts);
            return [.. texts.DenseValues().Where(text => !text.IsEmpty).Select(text => text.ToString()).Distinct()];
        };
    }

    private static ArgumentException NotASet(string name, string found) => new(
        $"Label column '{name}' has the type {found}, but where an image may show several classes ('MultiLabel') it must be a vector of " +
        "keys or of text. Make it one, or name another column in the option 'LabelColumnName'.");
}
