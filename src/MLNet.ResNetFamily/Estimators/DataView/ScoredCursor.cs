using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>
/// Walks over scored data with two cursors of the source: one hands its columns on, the other one, which has the image column alone, runs
/// ahead and fills batches. The network runs when the scores of a row are asked for that no batch holds yet.
/// </summary>
internal sealed class ScoredCursor : DataViewRowCursor
{
    private readonly ScoredSchema _schema;
    private readonly DataViewRowCursor _rows;
    private readonly DataViewRowCursor? _ahead;
    private readonly ImageScorer? _scorer;
    private readonly ValueGetter<DataViewRowId> _rowId;
    private readonly Queue<DataViewRowId> _idsAhead = new();
    private readonly bool[] _active;
    private IEnumerator<ScoredBatch>? _batches;
    private ExceptionDispatchInfo? _failure;
    private long _firstIdAhead;
    private bool _isDisposed;

    /// <param name="schema">The columns.</param>
    /// <param name="active">Which columns of the result may be asked for.</param>
    /// <param name="rows">Hands its columns on.</param>
    /// <param name="ahead">Has the image column; null where no scores are needed.</param>
    /// <param name="scorer">Scores the images; null where no scores are needed.</param>
    public ScoredCursor(ScoredSchema schema, bool[] active, DataViewRowCursor rows, DataViewRowCursor? ahead, ImageScorer? scorer)
    {
        (_schema, _active, _rows, _ahead, _scorer) = (schema, active, rows, ahead, scorer);
        _rowId = rows.GetIdGetter();
    }

    public override DataViewSchema Schema => _schema.Output;

    public override long Position => _rows.Position;

    public override long Batch => _rows.Batch;

    public override bool MoveNext()
    {
        if (_rows.MoveNext())
            return true;

        // Not every reader of ML.NET disposes of its cursor at the end; the threads that decode end here.
        _batches?.Dispose();
        _ahead?.Dispose();
        return false;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => _rowId;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new InvalidOperationException($"Column '{column.Name}' is not active. Name it in columnsNeeded when the cursor is made.");
        return _schema.GetGetter<TValue>(column, _rows, Answer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _batches?.Dispose();
            _ahead?.Dispose();
            _rows.Dispose();
        }
        base.Dispose(disposing);
    }

    private ReadOnlySpan<float> Answer()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var row = _rows.Position;
        if (row < 0)
            throw new InvalidOperationException("The cursor stands before the first row. Call MoveNext before asking for values.");
        _failure?.Throw();
        if (_batches?.Current?.Contains(row) != true)
            Advance(row);
        CheckInStep(row);
        _scorer!.ThrowIfBad(_batches!.Current, row);
        return _batches.Current.Row(row);
    }

    private void Advance(long row)
    {
        _batches ??= _scorer!.Score(ItemsFrom(row), row, (first, count) => _rows.Position >= first && _rows.Position < first + count)
            .GetEnumerator();
        try
        {
            if (!_batches.MoveNext())
                throw OutOfStep(row);
        }
        catch (Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
            throw;
        }
    }

    private IEnumerable<ImageItem> ItemsFrom(long row)
    {
        var read = _schema.Image.CreateReader(_ahead!);
        var id = _ahead!.GetIdGetter();
        _firstIdAhead = row;
        while (MoveAhead())
        {
            if (_ahead.Position < row)
                continue;
            DataViewRowId value = default;
            id(ref value);
            _idsAhead.Enqueue(value);
            yield return read();
        }
    }

    /// <summary>
    /// ML.NET computes the steps before on threads of its own and reports what fails there when the next row is asked for.
    /// </summary>
    private bool MoveAhead()
    {
        try
        {
            return _ahead!.MoveNext();
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException or ObjectDisposedException))
        {
            throw SkiaSharpMismatch.Explain(error) ?? new InvalidOperationException(
                $"A step before the classifier failed on a row at or after row {_rows.Position}, so column " +
                $"'{_schema.ImageInput.Name}' cannot be read on: {error.GetBaseException().Message} " +
                "Give the classifier a column of paths or of MLImage instead: a single image that cannot be read is then " +
                "named and can be skipped.", error);
        }
    }

    /// <summary>Scores of another row must never be handed out, so both cursors have to stand on the same one.</summary>
    private void CheckInStep(long row)
    {
        for (; _firstIdAhead < row; _firstIdAhead++)
            _idsAhead.TryDequeue(out _);
        DataViewRowId id = default;
        _rowId(ref id);
        if (!_idsAhead.TryPeek(out var idAhead) || !id.Equals(idAhead))
            throw OutOfStep(row);
    }

    private static InvalidOperationException OutOfStep(long row) => new(
        $"Row {row} is not the same when the data are read twice, so its image cannot be scored beside its other columns. " +
        "Use data that give the same rows each time, or put them in memory: Data.Cache does that with paths and encoded files, but drops " +
        "decoded images.");
}
