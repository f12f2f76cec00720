using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>Splits data by their label column, the same part of every class.</summary>
internal static class RowSplit
{
    /// <param name="data">The data; only the labels are read.</param>
    /// <param name="testFraction">Part that is set aside.</param>
    /// <param name="labelColumnName">The label column, text or a key, or a vector of them.</param>
    /// <param name="seed">Where the choice comes from.</param>
    /// <exception cref="ArgumentException">The fraction or the label column cannot work, or there are too few rows.</exception>
    public static (IDataView TrainSet, IDataView TestSet) Of(IDataView data, double testFraction, string labelColumnName, int seed)
    {
        if (testFraction is not (> 0 and < 1))
            throw new ArgumentException($"'testFraction' is {testFraction}, but it must be above 0 and below 1.", nameof(testFraction));
        var isTest = data.Schema.GetColumnOrNull(labelColumnName)?.Type is VectorDataViewType
            ? StratifiedSplit.SetAside(ReadSets(data, labelColumnName), testFraction, seed, nameof(testFraction))
            : StratifiedSplit.SetAside(ReadClasses(data, labelColumnName), testFraction, seed, nameof(testFraction));
        return (new SelectedRows(data, Array.ConvertAll(isTest, row => !row)), new SelectedRows(data, isTest));
    }

    private static List<int[]> ReadSets(IDataView data, string labelColumnName)
    {
        var column = LabelSetColumn.Find(data.Schema, labelColumnName);
        var numbers = column.Classes(data).Names.Order(StringComparer.Ordinal).Index().ToDictionary(c => c.Item, c => c.Index);
        var sets = new List<int[]>();
        using var cursor = data.GetRowCursor([column.Column]);
        var read = column.CreateReader(cursor);
        while (cursor.MoveNext())
            sets.Add([.. read().Select(name => numbers[name])]);
        return sets;
    }

    // Numbers of the classes in their alphabetical order, so that the order of the rows does not matter.
    private static int[] ReadClasses(IDataView data, string labelColumnName)
    {
        var column = data.Schema.GetColumnOrNull(labelColumnName) ?? throw ImageColumn.MissingColumn(
            labelColumnName, data.Schema.Where(column => !column.IsHidden).Select(column => column.Name), nameof(labelColumnName));
        if (column.Type is not (KeyDataViewType or TextDataViewType))
            throw ClassLabels.NotAKey(column.Name, column.Type.ToString()!);
        var names = ReadNames(data, column);
        var classes = names.Distinct().Order(StringComparer.Ordinal).Index().ToDictionary(c => c.Item, c => c.Index);
        return [.. names.Select(name => classes[name])];
    }

    private static List<string> ReadNames(IDataView data, DataViewSchema.Column column)
    {
        var names = new List<string>();
        using var cursor = data.GetRowCursor([column]);
        var read = column.Type is KeyDataViewType ? KeyText(cursor, column) : TextReader(cursor, column);
        while (cursor.MoveNext())
            names.Add(read());
        return names;
    }

    private static Func<string> KeyText(DataViewRow row, DataViewSchema.Column column)
    {
        var readKey = KeyReader.Of(row, column);
        return () => readKey().ToString("D10", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static Func<string> TextReader(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        return () =>
        {
            getter(ref text);
            return text.ToString();
        };
    }
}
