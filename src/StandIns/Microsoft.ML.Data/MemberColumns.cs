using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A member of a user's class and the column it stands for.</summary>
internal sealed record MemberColumn(string Name, DataViewType Type, MemberInfo Member, DataViewSchema.Annotations Annotations)
{
    public Type MemberType => SchemaDefinition.ValueTypeOf(Member);

    public static MemberColumn[] Of(Type userType, SchemaDefinition definition, SchemaDefinition.Direction direction)
        => (definition ?? SchemaDefinition.Create(userType, direction)).Select(column => Of(userType, column)).ToArray();

    public static DataViewSchema SchemaOf(MemberColumn[] columns)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in columns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    public Func<TRow, TValue> Reader<TRow, TValue>()
    {
        var row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, TValue>>(Expression.MakeMemberAccess(row, Member), row).Compile();
    }

    public Action<TRow, TValue> Writer<TRow, TValue>()
    {
        var row = Expression.Parameter(typeof(TRow));
        var value = Expression.Parameter(typeof(TValue));
        return Expression.Lambda<Action<TRow, TValue>>(Expression.Assign(Expression.MakeMemberAccess(row, Member), value), row, value).Compile();
    }

    private static MemberColumn Of(Type userType, SchemaDefinition.Column column)
    {
        const string Definition = "userSchemaDefinition";
        var member = (MemberInfo)userType.GetField(column.MemberName) ?? userType.GetProperty(column.MemberName)
            ?? throw Contracts.ExceptParam(Definition, $"No field or property with name '{column.MemberName}' found in type '{userType.FullName}'");

        var name = string.IsNullOrEmpty(column.ColumnName) ? column.MemberName : column.ColumnName;
        var (itemType, isVector) = SchemaDefinition.Shape(SchemaDefinition.ValueTypeOf(member));
        var type = column.ColumnType;
        if (isVector != type is VectorDataViewType)
        {
            throw Contracts.ExceptParam(
                Definition,
                $"Column '{name}' is supposed to be {(isVector ? "scalar" : "vector")}, " +
                $"but type of associated field '{member.Name}' is {(isVector ? "vector" : "scalar")}");
        }

        if (type.GetItemType().RawType != itemType)
        {
            throw Contracts.ExceptParam(
                Definition,
                $"Column '{name}' is supposed to have item type {type.GetItemType().RawType}, but associated field has type {itemType}");
        }

        return new MemberColumn(name, type, member, column.Annotations);
    }
}

/// <summary>Reads a data view's columns out of the members of an object.</summary>
internal static class MemberGetters
{
    public static Delegate Create<TRow>(MemberColumn column, Func<TRow> current)
    {
        var type = column.MemberType;
        if (type == typeof(string))
        {
            var text = column.Reader<TRow, string>();
            return new ValueGetter<ReadOnlyMemory<char>>((ref ReadOnlyMemory<char> value) => value = text(current()).AsMemory());
        }

        if (type == typeof(string[]))
        {
            var texts = column.Reader<TRow, string[]>();
            return new ValueGetter<VBuffer<ReadOnlyMemory<char>>>((ref VBuffer<ReadOnlyMemory<char>> value) =>
            {
                var source = texts(current()) ?? [];
                var editor = VBufferEditor.Create(ref value, source.Length);
                for (var i = 0; i < source.Length; i++)
                    editor.Values[i] = source[i].AsMemory();
                value = editor.Commit();
            });
        }

        if (type.IsArray)
            return Make(Array<TRow, int>, type.GetElementType(), column, current);
        if (column.Type is VectorDataViewType vector)
            return Make(Buffer<TRow, int>, vector.ItemType.RawType, column, current);
        return column.Type is KeyDataViewType
            ? Make(Key<TRow, uint>, type, column, current)
            : Make(Direct<TRow, int>, type, column, current);
    }

    private static Delegate Make<TRow>(Func<MemberColumn, Func<TRow>, Delegate> factory, Type type, MemberColumn column, Func<TRow> current)
    {
        var method = factory.Method.GetGenericMethodDefinition().MakeGenericMethod(typeof(TRow), type);
        return (Delegate)method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [column, current], null);
    }

    private static Delegate Direct<TRow, TValue>(MemberColumn column, Func<TRow> current)
    {
        var read = column.Reader<TRow, TValue>();
        return new ValueGetter<TValue>((ref TValue value) => value = read(current()));
    }

    private static Delegate Array<TRow, TItem>(MemberColumn column, Func<TRow> current)
    {
        var read = column.Reader<TRow, TItem[]>();
        return new ValueGetter<VBuffer<TItem>>((ref VBuffer<TItem> value) =>
        {
            var source = read(current()) ?? [];
            VBuffer<TItem>.Copy(source, 0, ref value, source.Length);
        });
    }

    private static Delegate Buffer<TRow, TItem>(MemberColumn column, Func<TRow> current)
    {
        var read = column.Reader<TRow, VBuffer<TItem>>();
        return new ValueGetter<VBuffer<TItem>>((ref VBuffer<TItem> value) => read(current()).CopyTo(ref value));
    }

    /// <summary>A member counts from 0, a key from 1; what is out of range is missing.</summary>
    private static Delegate Key<TRow, TValue>(MemberColumn column, Func<TRow> current)
        where TValue : struct, System.Numerics.IBinaryInteger<TValue>
    {
        var read = column.Reader<TRow, TValue>();
        var count = ((KeyDataViewType)column.Type).Count;
        return new ValueGetter<TValue>((ref TValue value) =>
        {
            var index = read(current());
            value = ulong.CreateChecked(index) < count ? index + TValue.One : TValue.Zero;
        });
    }
}

/// <summary>Writes a row's columns into the members of an object.</summary>
internal sealed class RowReader<TRow> where TRow : class
{
    private readonly MemberColumn[] _columns;
    private readonly DataViewSchema _schema;

    public RowReader(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        _schema = schema;
        _columns = MemberColumn.Of(typeof(TRow), definition, SchemaDefinition.Direction.Write)
            .Where(column => IsThere(column, ignoreMissingColumns))
            .ToArray();
    }

    public IEnumerable<DataViewSchema.Column> Columns => _columns.Select(column => _schema[column.Name]);

    public Action<TRow> Bind(DataViewRow row)
    {
        var setters = _columns.Select(column => CreateSetter(column, row)).ToArray();
        return target =>
        {
            foreach (var set in setters)
                set(target);
        };
    }

    private static Action<TRow> CreateSetter(MemberColumn column, DataViewRow row)
    {
        var type = column.MemberType;
        if (type == typeof(string))
        {
            var write = column.Writer<TRow, string>();
            var getter = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[column.Name]);
            ReadOnlyMemory<char> value = default;
            return target =>
            {
                getter(ref value);
                write(target, value.ToString());
            };
        }

        if (type == typeof(string[]))
            return VectorSetter<ReadOnlyMemory<char>, string>(column, row, text => text.ToString());
        if (type.IsArray)
            return (Action<TRow>)RowCursorUtils.InvokeGeneric(ArraySetter<int>, type.GetElementType(), column, row);
        return (Action<TRow>)RowCursorUtils.InvokeGeneric(DirectSetter<int>, type, column, row);
    }

    private static Action<TRow> DirectSetter<TValue>(MemberColumn column, DataViewRow row)
    {
        var write = column.Writer<TRow, TValue>();
        var read = column.Type is VectorDataViewType ? column.Reader<TRow, TValue>() : null;
        var getter = row.GetGetter<TValue>(row.Schema[column.Name]);
        TValue value = default;
        return target =>
        {
            // A vector goes into the target's own buffer, so that two targets never share one.
            if (read is not null)
                value = read(target);
            getter(ref value);
            write(target, value);
        };
    }

    private static Action<TRow> ArraySetter<TItem>(MemberColumn column, DataViewRow row) => VectorSetter<TItem, TItem>(column, row, item => item);

    private static Action<TRow> VectorSetter<TSource, TItem>(MemberColumn column, DataViewRow row, Func<TSource, TItem> convert)
    {
        var read = column.Reader<TRow, TItem[]>();
        var write = column.Writer<TRow, TItem[]>();
        var getter = row.GetGetter<VBuffer<TSource>>(row.Schema[column.Name]);
        VBuffer<TSource> value = default;
        return target =>
        {
            getter(ref value);
            var array = read(target);
            // No array counts as one of length 0, so an empty vector leaves null where it was.
            if ((array?.Length ?? 0) != value.Length)
                array = new TItem[value.Length];
            if (array is TSource[] same)
            {
                value.CopyTo(same);
            }
            else if (array is not null)
            {
                var i = 0;
                foreach (var item in value.DenseValues())
                    array[i++] = convert(item);
            }

            write(target, array);
        };
    }

    private bool IsThere(MemberColumn column, bool ignoreMissingColumns)
    {
        if (_schema.GetColumnOrNull(column.Name) is not { } found)
        {
            return ignoreMissingColumns
                ? false
                : throw Contracts.ExceptParam("Schema", $"Could not find  column '{column.Name}'");
        }

        var (itemType, isVector) = SchemaDefinition.Shape(column.MemberType);
        if (isVector != found.Type is VectorDataViewType || found.Type.GetItemType().RawType != itemType)
        {
            throw Contracts.Except(
                $"Can't bind the IDataView column '{found.Name}' of type '{found.Type}' to field or property '{column.Member.Name}' " +
                $"of type '{column.MemberType.FullName}'.");
        }

        return true;
    }
}
