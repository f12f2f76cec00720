using System.Collections.Concurrent;

namespace Microsoft.ML.Data;

/// <summary>
/// Reads a cursor on a thread of its own, ahead of who moves this one, and keeps the values of its active columns. Genuine ML.NET puts
/// such threads on both sides of each row mapping whose columns can all be copied; what goes wrong there comes out wrapped.
/// </summary>
internal sealed class ReadAheadCursor : RootCursorBase
{
    private const int BatchSize = 128;
    private const int BatchBound = 4;

    private readonly DataViewSchema _schema;
    private readonly IBuffer[] _buffers;
    private readonly Buffer<DataViewRowId> _ids;
    private readonly BlockingCollection<Rows> _batches = new(BatchBound);
    private readonly Thread _thread;
    private volatile bool _stop;
    private Rows _current;
    private int _row = -1;

    public ReadAheadCursor(DataViewRowCursor input)
    {
        _schema = input.Schema;
        _ids = new Buffer<DataViewRowId>(input.GetIdGetter(), null);
        _buffers = _schema
            .Select(column => input.IsColumnActive(column)
                ? (IBuffer)RowCursorUtils.InvokeGeneric(BufferOf<int>, column.Type.RawType, input, column)
                : null)
            .ToArray();
        _thread = new Thread(() => Read(input)) { IsBackground = true, Name = nameof(ReadAheadCursor) };
        _thread.Start();
    }

    private interface IBuffer
    {
        void Fill();

        Array Take();

        Delegate CreateGetter(Func<(Array Values, int Row)> current);
    }

    public override DataViewSchema Schema => _schema;

    public static bool CanCopy(IEnumerable<DataViewSchema.Column> columns)
        => columns.All(column => column.Type is PrimitiveDataViewType or VectorDataViewType);

    /// <summary>Whether the cursor reads ahead somewhere below; the view that hands it out then reads ahead itself.</summary>
    public static bool IsBelow(DataViewRowCursor cursor) => cursor is ReadAheadCursor or IOverReadAhead { ReadsAhead: true };

    /// <summary>A view's cursor over its own cursor set.</summary>
    public static DataViewRowCursor OverSetOf(
        IDataView view, IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand, Func<DataViewRowCursor> plain)
    {
        if (!CanCopy(columnsNeeded))
            return plain();
        var set = view.GetRowCursorSet(columnsNeeded, 2, rand);
        if (set.Length == 1)
            return IsBelow(set[0]) ? new ReadAheadCursor(set[0]) : set[0];
        foreach (var cursor in set)
            cursor.Dispose();
        return plain();
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _buffers[column.Index] is not null;

    public override ValueGetter<DataViewRowId> GetIdGetter()
        => (ValueGetter<DataViewRowId>)_ids.CreateGetter(() =>
        {
            CheckGood();
            return (_current.Ids, _row);
        });

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        => RowCursorUtils.Typed<TValue>(_buffers[column.Index]?.CreateGetter(() =>
        {
            CheckGood();
            return (_current.Values[column.Index], _row);
        }));

    protected override bool MoveNextCore()
    {
        if (++_row < _current?.Count)
            return true;
        _current = _batches.TryTake(out var batch, Timeout.Infinite) ? batch : null;
        _row = 0;
        if (_current?.Exception is { } exception)
            throw Contracts.Except("Splitter/consolidator worker encountered exception while consuming source data", exception);
        return _current is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_stop)
        {
            _stop = true;
            while (_batches.TryTake(out _, Timeout.Infinite))
            {
            }

            _thread.Join();
            _batches.Dispose();
        }

        base.Dispose(disposing);
    }

    private static IBuffer BufferOf<TValue>(DataViewRow row, DataViewSchema.Column column)
        => new Buffer<TValue>(row.GetGetter<TValue>(column), (column.Type as VectorDataViewType)?.ItemType);

    private void Read(DataViewRowCursor input)
    {
        try
        {
            using (input)
            {
                var count = 0;
                while (!_stop && input.MoveNext())
                {
                    _ids.Fill();
                    foreach (var buffer in _buffers)
                        buffer?.Fill();
                    if (++count < BatchSize)
                        continue;
                    Push(count);
                    count = 0;
                }

                if (count > 0)
                    Push(count);
            }
        }
        catch (Exception exception)
        {
            _batches.Add(new Rows(0, null, null, exception));
        }
        finally
        {
            _batches.CompleteAdding();
        }
    }

    private void Push(int count)
        => _batches.Add(new Rows(count, _buffers.Select(buffer => buffer?.Take()).ToArray(), _ids.Take(), null));

    private sealed record Rows(int Count, Array[] Values, Array Ids, Exception Exception);

    private sealed class Buffer<TValue>(ValueGetter<TValue> getter, PrimitiveDataViewType itemType) : IBuffer
    {
        private readonly List<TValue> _values = [];

        public void Fill()
        {
            TValue value = default;
            getter(ref value);
            _values.Add(value);
        }

        public Array Take()
        {
            var values = _values.ToArray();
            _values.Clear();
            return values;
        }

        public Delegate CreateGetter(Func<(Array Values, int Row)> current)
        {
            if (itemType is not null)
                return (Delegate)RowCursorUtils.InvokeGeneric(VectorGetter<int>, itemType.RawType, current);
            return new ValueGetter<TValue>((ref TValue value) =>
            {
                var (values, row) = current();
                value = ((TValue[])values)[row];
            });
        }

        private static Delegate VectorGetter<TItem>(Func<(Array Values, int Row)> current)
            => new ValueGetter<VBuffer<TItem>>((ref VBuffer<TItem> value) =>
            {
                var (values, row) = current();
                ((VBuffer<TItem>[])values)[row].CopyTo(ref value);
            });
    }
}

/// <summary>A cursor over another that may read ahead.</summary>
internal interface IOverReadAhead
{
    bool ReadsAhead { get; }
}
