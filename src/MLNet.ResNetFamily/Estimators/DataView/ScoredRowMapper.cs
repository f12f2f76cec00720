using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>Maps single rows of one schema.</summary>
internal sealed class ScoredRowMapper(ScoredSchema schema, Func<ImageScorer> makeScorer) : IRowToRowMapper
{
    public DataViewSchema InputSchema => schema.Input;

    public DataViewSchema OutputSchema => schema.Output;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = dependingColumns.ToList();
        var handedOn = schema.HandedOn(needed);
        return (needed.Any(schema.IsAdded) ? handedOn.Append(schema.ImageInput) : handedOn).DistinctBy(column => column.Index);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        if (input.Schema != schema.Input)
        {
            throw new ArgumentException(
                "The row has another schema than the one that this mapper was made for. Make a mapper for the row's schema.",
                nameof(input));
        }
        var active = activeColumns.ToList();
        return new ScoredRow(schema, schema.Active(active), input, active.Any(schema.IsAdded) ? makeScorer() : null);
    }
}
