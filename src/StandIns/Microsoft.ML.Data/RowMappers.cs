namespace Microsoft.ML.Data;

/// <summary>How a transformer bound to one schema computes its columns. Columns are counted among those it adds.</summary>
internal interface IRowMapper
{
    DataViewSchema.DetachedColumn[] GetOutputColumns();

    /// <summary>Which input columns are needed to compute the active output columns.</summary>
    Func<int, bool> GetDependencies(Func<int, bool> activeOutput);

    /// <summary>One <see cref="ValueGetter{TValue}"/> for each active column, null for each other.</summary>
    Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action disposer);
}

/// <summary>
/// The schema of an input with columns added: behind all others, or right behind the column of the same name, which it hides.
/// </summary>
internal sealed class ColumnBindings
{
    private readonly List<int> _sources = [];

    public ColumnBindings(DataViewSchema input, DataViewSchema.DetachedColumn[] added)
    {
        Input = input;
        var columns = input.Select(column => new DataViewSchema.DetachedColumn(column)).ToList();
        _sources.AddRange(Enumerable.Range(0, columns.Count));
        for (var i = 0; i < added.Length; i++)
        {
            var hidden = columns.FindLastIndex(column => column.Name == added[i].Name);
            var place = hidden < 0 ? columns.Count : hidden + 1;
            columns.Insert(place, added[i]);
            _sources.Insert(place, ~i);
        }

        var builder = new DataViewSchema.Builder();
        builder.AddColumns(columns);
        Schema = builder.ToSchema();
        AddedIndices = Enumerable.Range(0, added.Length).Select(i => _sources.IndexOf(~i)).ToArray();
    }

    public DataViewSchema Input { get; }

    public DataViewSchema Schema { get; }

    public int[] AddedIndices { get; }

    public int Map(int column, out bool isSource)
    {
        var source = _sources[column];
        isSource = source >= 0;
        return isSource ? source : ~source;
    }

    public bool[] ActiveInput(bool[] active)
    {
        var input = new bool[Input.Count];
        for (var column = 0; column < active.Length; column++)
        {
            var source = Map(column, out var isSource);
            if (isSource && active[column])
                input[source] = true;
        }

        return input;
    }
}

/// <summary>The lazy view that a row mapper makes of its input.</summary>
internal sealed class RowToRowMapperTransform : IDataView, IRowToRowMapper
{
    private readonly IDataView _input;
    private readonly IRowMapper _mapper;
    private readonly ColumnBindings _bindings;

    public RowToRowMapperTransform(IDataView input, IRowMapper mapper)
    {
        _input = input;
        _mapper = mapper;
        _bindings = new ColumnBindings(input.Schema, mapper.GetOutputColumns());
    }

    public bool CanShuffle => _input.CanShuffle;

    public DataViewSchema Schema => _bindings.Schema;

    public DataViewSchema InputSchema => _input.Schema;

    public DataViewSchema OutputSchema => _bindings.Schema;

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var columns = columnsNeeded.ToArray();
        var active = RowCursorUtils.ActiveColumns(columns, Schema);
        return ReadAheadCursor.OverSetOf(
            this, columns, rand, () => new Cursor(this, _input.GetRowCursor(Dependencies(active), rand), active));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        var active = RowCursorUtils.ActiveColumns(columnsNeeded, Schema);
        var needed = Dependencies(active).ToArray();
        var inputs = _input.GetRowCursorSet(needed, n, rand);
        var computes = _bindings.AddedIndices.Any(added => active[added]);
        if (inputs.Length == 1 && n > 1 && computes && ReadAheadCursor.CanCopy(needed) && !ReadAheadCursor.IsBelow(inputs[0]))
            inputs = [new ReadAheadCursor(inputs[0])];
        return inputs.Select(input => new Cursor(this, input, active)).ToArray();
    }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => Dependencies(RowCursorUtils.ActiveColumns(dependingColumns, Schema));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.Check(
            ReferenceEquals(input.Schema, InputSchema),
            "Schema of input row must be the same as the schema the mapper is bound to");
        return new Row(this, input, RowCursorUtils.ActiveColumns(activeColumns, Schema));
    }

    private IEnumerable<DataViewSchema.Column> Dependencies(bool[] active)
    {
        var input = _bindings.ActiveInput(active);
        var needed = _mapper.GetDependencies(ActiveAdded(active));
        return InputSchema.Where(column => input[column.Index] || needed(column.Index)).ToArray();
    }

    private Func<int, bool> ActiveAdded(bool[] active) => added => active[_bindings.AddedIndices[added]];

    private Delegate[] CreateGetters(DataViewRow input, bool[] active, out Action disposer)
        => _mapper.CreateGetters(input, ActiveAdded(active), out disposer);

    private ValueGetter<TValue> GetGetter<TValue>(DataViewRow input, Delegate[] getters, DataViewSchema.Column column)
    {
        var index = _bindings.Map(column.Index, out var isSource);
        return isSource ? input.GetGetter<TValue>(input.Schema[index]) : RowCursorUtils.Typed<TValue>(getters[index]);
    }

    private sealed class Row : WrappingRow
    {
        private readonly RowToRowMapperTransform _parent;
        private readonly Delegate[] _getters;
        private readonly Action _disposer;

        public Row(RowToRowMapperTransform parent, DataViewRow input, bool[] active) : base(input)
        {
            _parent = parent;
            _getters = parent.CreateGetters(input, active, out _disposer);
        }

        public override DataViewSchema Schema => _parent.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column)
        {
            var index = _parent._bindings.Map(column.Index, out var isSource);
            return isSource ? Input.IsColumnActive(Input.Schema[index]) : _getters[index] is not null;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => _parent.GetGetter<TValue>(Input, _getters, column);

        protected override void DisposeCore(bool disposing)
        {
            if (disposing)
                _disposer?.Invoke();
        }
    }

    private sealed class Cursor : SynchronizedCursorBase
    {
        private readonly RowToRowMapperTransform _parent;
        private readonly bool[] _active;
        private readonly Delegate[] _getters;
        private readonly Action _disposer;
        private bool _disposed;

        public Cursor(RowToRowMapperTransform parent, DataViewRowCursor input, bool[] active) : base(input)
        {
            _parent = parent;
            _active = active;
            _getters = parent.CreateGetters(input, active, out _disposer);
        }

        public override DataViewSchema Schema => _parent.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Contracts.Check(IsColumnActive(column), "requested column not active");
            return _parent.GetGetter<TValue>(Input, _getters, column);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_disposed)
                _disposer?.Invoke();
            _disposed = true;
            base.Dispose(disposing);
        }
    }
}
