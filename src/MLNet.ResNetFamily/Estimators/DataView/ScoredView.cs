using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>Data with the columns that scoring adds. Nothing is computed before a cursor's scores are asked for.</summary>
internal sealed class ScoredView(IDataView source, ScoredSchema schema, Func<ImageScorer> makeScorer) : IDataView
{
    public DataViewSchema Schema => schema.Output;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var needed = columnsNeeded.ToList();
        var active = schema.Active(needed);
        // Two cursors read the source, and both must shuffle it alike.
        var seed = source.CanShuffle ? rand?.Next() : null;
        var rows = source.GetRowCursor(schema.HandedOn(needed), Generator(seed));
        if (!needed.Any(schema.IsAdded))
            return new ScoredCursor(schema, active, rows, null, null);
        try
        {
            return new ScoredCursor(schema, active, rows, source.GetRowCursor([schema.ImageInput], Generator(seed)), makeScorer());
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <summary>One cursor: a batch fills the processor already.</summary>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private static Random? Generator(int? seed) => seed is { } value ? new Random(value) : null;
}
