using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>One row with the columns that scoring adds: what a PredictionEngine asks. The network runs at most once per row.</summary>
internal sealed class ScoredRow : DataViewRow
{
    private readonly ScoredSchema _schema;
    private readonly bool[] _active;
    private readonly DataViewRow _row;
    private readonly ImageScorer? _scorer;
    private Func<ImageItem>? _read;
    private ScoredBatch? _answer;

    /// <param name="schema">The columns.</param>
    /// <param name="active">Which columns of the result may be asked for.</param>
    /// <param name="row">The row of the input.</param>
    /// <param name="scorer">Scores the image; null where no scores are needed.</param>
    public ScoredRow(ScoredSchema schema, bool[] active, DataViewRow row, ImageScorer? scorer) =>
        (_schema, _active, _row, _scorer) = (schema, active, row, scorer);

    public override DataViewSchema Schema => _schema.Output;

    public override long Position => _row.Position;

    public override long Batch => _row.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => _row.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new InvalidOperationException($"Column '{column.Name}' is not active. Name it when the row is made.");
        return _schema.GetGetter<TValue>(column, _row, Answer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _row.Dispose();
        base.Dispose(disposing);
    }

    private ReadOnlySpan<float> Answer()
    {
        var row = _row.Position;
        if (_answer?.Contains(row) != true)
        {
            _read ??= _schema.Image.CreateReader(_row);
            _answer = _scorer!.Score(_read(), row);
        }
        _scorer!.ThrowIfBad(_answer, row);
        return _answer.Row(row);
    }
}
