using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>The columns of the input followed by those that scoring adds.</summary>
internal sealed class ScoredSchema
{
    private readonly IReadOnlyList<OutputColumn> _added;

    public ScoredSchema(DataViewSchema input, ImageColumn image, IReadOnlyList<OutputColumn> added)
    {
        (Input, Image, _added) = (input, image, added);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        builder.AddColumns(added.Select(column => column.Column));
        Output = builder.ToSchema();
    }

    /// <summary>Schema of what is scored.</summary>
    public DataViewSchema Input { get; }

    /// <summary>Schema of the result; always this object.</summary>
    public DataViewSchema Output { get; }

    /// <summary>Where the images are.</summary>
    public ImageColumn Image { get; }

    /// <summary>The column that the image is in.</summary>
    public DataViewSchema.Column ImageInput => Input[Image.Index];

    /// <summary>Whether a column of the result needs the network.</summary>
    public bool IsAdded(DataViewSchema.Column column) => column.Index >= Input.Count;

    /// <summary>Which columns of the result are among the given ones.</summary>
    public bool[] Active(IEnumerable<DataViewSchema.Column> columns)
    {
        var active = new bool[Output.Count];
        foreach (var column in columns)
            active[column.Index] = true;
        return active;
    }

    /// <summary>The columns of the input that are handed on among the given ones of the result.</summary>
    public IEnumerable<DataViewSchema.Column> HandedOn(IEnumerable<DataViewSchema.Column> columns) =>
        columns.Where(column => !IsAdded(column)).Select(column => Input[column.Index]);

    /// <summary>The getter of a column of the result on a row of the input.</summary>
    public ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column, DataViewRow row, CurrentAnswer current)
    {
        if (!IsAdded(column))
            return row.GetGetter<TValue>(Input[column.Index]);
        return _added[column.Index - Input.Count].MakeGetter(current) as ValueGetter<TValue>
            ?? throw new ArgumentException(
                $"Column '{column.Name}' has values of the type {column.Type}, not {typeof(TValue)}.", nameof(column));
    }
}
