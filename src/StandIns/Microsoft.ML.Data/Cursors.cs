namespace Microsoft.ML.Data;

/// <summary>A cursor that makes its rows itself: counts positions, and closes itself after the last row.</summary>
internal abstract class RootCursorBase : DataViewRowCursor
{
    private long _position = -1;
    private bool _disposed;

    public sealed override long Position => _position;

    public override long Batch => 0;

    protected bool IsGood => _position >= 0;

    public override ValueGetter<DataViewRowId> GetIdGetter()
        => (ref DataViewRowId value) =>
        {
            CheckGood();
            value = new DataViewRowId((ulong)Position, 0);
        };

    public sealed override bool MoveNext()
    {
        if (_disposed)
            return false;
        if (MoveNextCore())
        {
            _position++;
            return true;
        }

        Dispose();
        return false;
    }

    protected abstract bool MoveNextCore();

    protected void CheckGood()
    {
        if (!IsGood)
            throw Contracts.Except(RowCursorUtils.FetchValueStateError);
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _position = -1;
    }
}

/// <summary>A row over another row: position, batch and identity are those of the input.</summary>
internal abstract class WrappingRow(DataViewRow input) : DataViewRow
{
    private bool _disposed;

    public sealed override long Position => Input.Position;

    public sealed override long Batch => Input.Batch;

    protected DataViewRow Input => input;

    public override ValueGetter<DataViewRowId> GetIdGetter() => Input.GetIdGetter();

    protected virtual void DisposeCore(bool disposing)
    {
    }

    protected sealed override void Dispose(bool disposing)
    {
        if (_disposed)
            return;
        _disposed = true;

        // What was wired up last goes first: it may still read from its input.
        DisposeCore(disposing);
        if (disposing)
            Input.Dispose();
    }
}

/// <summary>A cursor that moves in step with another.</summary>
internal abstract class SynchronizedCursorBase(DataViewRowCursor input) : DataViewRowCursor, IOverReadAhead
{
    private bool _disposed;

    bool IOverReadAhead.ReadsAhead => ReadAheadCursor.IsBelow(input);

    public sealed override long Position => Input.Position;

    public sealed override long Batch => Input.Batch;

    protected DataViewRowCursor Input => input;

    public sealed override ValueGetter<DataViewRowId> GetIdGetter() => Input.GetIdGetter();

    public sealed override bool MoveNext() => Input.MoveNext();

    protected override void Dispose(bool disposing)
    {
        if (_disposed)
            return;
        _disposed = true;
        if (disposing)
            Input.Dispose();
    }
}

internal static class RowCursorUtils
{
    public const string FetchValueStateError =
        "Values cannot be fetched at this time. This method was called either before the first call to MoveNext, " +
        "or at any point after that method returned false.";

    public static DataViewRowCursor GetRowCursor(this IDataView data, params DataViewSchema.Column[] columns)
        => data.GetRowCursor((IEnumerable<DataViewSchema.Column>)columns);

    public static bool[] ActiveColumns(IEnumerable<DataViewSchema.Column> columnsNeeded, DataViewSchema schema)
    {
        Contracts.CheckValue(columnsNeeded, nameof(columnsNeeded));
        var active = new bool[schema.Count];
        foreach (var column in columnsNeeded)
        {
            if (column.Index >= active.Length)
                throw Contracts.Except($"The requested column: {column} is not part of the sourceSchema");
            active[column.Index] = true;
        }

        return active;
    }

    public static IEnumerable<DataViewSchema.Column> Where(this DataViewSchema schema, bool[] active)
        => schema.Where(column => active[column.Index]).ToArray();

    /// <summary>The getter with its type, after the checks that all rows make.</summary>
    public static ValueGetter<TValue> Typed<TValue>(Delegate getter)
    {
        if (getter is null)
            throw Contracts.ExceptParam("column", "requested column not active");
        return getter as ValueGetter<TValue> ?? throw Contracts.Except(
            $"Invalid TValue in GetGetter: '{typeof(TValue)}', expected type: '{getter.GetType().GetGenericArguments()[0]}'.");
    }

    /// <summary>Calls the generic method <paramref name="method"/> was made of with another type argument.</summary>
    public static object InvokeGeneric(Delegate method, Type typeArgument, params object[] arguments)
    {
        var generic = method.Method.GetGenericMethodDefinition().MakeGenericMethod(typeArgument);
        return generic.Invoke(method.Target, System.Reflection.BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }
}
