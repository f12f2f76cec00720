namespace Microsoft.ML.Data;

/// <summary>
/// Rows in random order: each comes out of a pool that is refilled from the source, which is shuffled itself where it can be.
/// Values are computed when a row enters the pool.
/// </summary>
internal sealed class ShuffledDataView : IDataView
{
    private readonly IDataView _input;
    private readonly int _poolRows;
    private readonly bool _shuffleSource;
    private readonly int _seed;

    public ShuffledDataView(IDataView input, int seed, int poolRows, bool shuffleSource)
    {
        _input = SelectedColumnsView.CopyableColumns(input);
        _seed = seed;
        _poolRows = poolRows;
        _shuffleSource = shuffleSource;
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema => _input.Schema;

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var random = rand ?? new TauswortheHybrid((uint)_seed);
        var input = _input.GetRowCursor(columnsNeeded, _shuffleSource ? new TauswortheHybrid(random) : null);
        return _poolRows == 1 ? input : new Cursor(input, _poolRows, random);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : RootCursorBase
    {
        private readonly DataViewRowCursor _input;
        private readonly Random _random;
        private readonly IPool[] _pools;
        private readonly Pool<DataViewRowId> _ids;
        private readonly List<int> _waiting = [];
        private readonly Stack<int> _free;
        private int _current = -1;
        private bool _inputIsDone;

        public Cursor(DataViewRowCursor input, int poolRows, Random random)
        {
            _input = input;
            _random = random;
            _free = new Stack<int>(Enumerable.Range(0, poolRows + 1));
            _ids = new Pool<DataViewRowId>(input.GetIdGetter(), poolRows + 1);
            _pools = input.Schema
                .Select(column => input.IsColumnActive(column)
                    ? (IPool)RowCursorUtils.InvokeGeneric(PoolOf<int>, column.Type.RawType, input, column, poolRows + 1)
                    : null)
                .ToArray();
        }

        private interface IPool
        {
            void Fill(int slot);
        }

        public override DataViewSchema Schema => _input.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => _pools[column.Index] is not null;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = _ids.Values[Slot()];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw Contracts.ExceptParam(nameof(column), "requested column not active");
            var getter = column.Type is VectorDataViewType vector
                ? (Delegate)RowCursorUtils.InvokeGeneric(VectorGetter<int>, vector.ItemType.RawType, _pools[column.Index])
                : (Delegate)RowCursorUtils.InvokeGeneric(ScalarGetter<int>, column.Type.RawType, _pools[column.Index]);
            return RowCursorUtils.Typed<TValue>(getter);
        }

        protected override bool MoveNextCore()
        {
            if (_current >= 0)
                _free.Push(_current);
            _current = -1;
            try
            {
                while (!_inputIsDone && _free.Count > 1)
                    Fetch();
            }
            catch (Exception exception)
            {
                throw Contracts.Except("Shuffle input cursor reader failed with an exception", exception);
            }

            if (_waiting.Count == 0)
                return false;

            var chosen = _random.Next(_waiting.Count);
            _current = _waiting[chosen];
            _waiting[chosen] = _waiting[0];
            _waiting.RemoveAt(0);
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _input.Dispose();
            base.Dispose(disposing);
        }

        private static IPool PoolOf<TValue>(DataViewRow row, DataViewSchema.Column column, int size)
            => new Pool<TValue>(row.GetGetter<TValue>(column), size);

        private void Fetch()
        {
            if (!_input.MoveNext())
            {
                _inputIsDone = true;
                return;
            }

            var slot = _free.Pop();
            _ids.Fill(slot);
            foreach (var pool in _pools)
                pool?.Fill(slot);
            _waiting.Add(slot);
        }

        private int Slot()
        {
            CheckGood();
            return _current;
        }

        private Delegate ScalarGetter<TValue>(IPool pool)
        {
            var values = ((Pool<TValue>)pool).Values;
            return new ValueGetter<TValue>((ref TValue value) => value = values[Slot()]);
        }

        private Delegate VectorGetter<TItem>(IPool pool)
        {
            var values = ((Pool<VBuffer<TItem>>)pool).Values;
            return new ValueGetter<VBuffer<TItem>>((ref VBuffer<TItem> value) => values[Slot()].CopyTo(ref value));
        }

        private sealed class Pool<TValue>(ValueGetter<TValue> getter, int size) : IPool
        {
            public TValue[] Values { get; } = new TValue[size];

            public void Fill(int slot) => getter(ref Values[slot]);
        }
    }
}
