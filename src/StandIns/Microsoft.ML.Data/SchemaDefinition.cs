using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Which members of a class are columns, under which names and with which types. May be changed before it is used.</summary>
public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write,
    }

    public Column this[string columnName]
    {
        get => this.FirstOrDefault(column => column.ColumnName == columnName);
        set
        {
            Contracts.CheckValue(value, nameof(value));
            if (value.ColumnName != columnName)
            {
                throw Contracts.ExceptParam(
                    nameof(columnName),
                    $"The column name is specified as '{value.ColumnName}' but must match the selector '{columnName}'.");
            }

            var index = FindIndex(column => column.ColumnName == columnName);
            if (index >= 0)
                this[index] = value;
            else
                Add(value);
        }
    }

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        Contracts.CheckValue(userType, nameof(userType));
        var definition = new SchemaDefinition();
        var names = new HashSet<string>();
        foreach (var member in MembersOf(userType, direction))
        {
            var name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
            if (!names.Add(name))
                throw Contracts.ExceptParam(nameof(userType), $"Duplicate column name '{name}' detected, this is disallowed");
            definition.Add(new Column(member.Name, TypeOf(member), name));
        }

        return definition;
    }

    /// <summary>The items of a member's type, and whether it is an array or a <see cref="VBuffer{T}"/> of them.</summary>
    internal static (Type ItemType, bool IsVector) Shape(Type type)
    {
        var isBuffer = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>);
        var itemType = type.IsArray ? type.GetElementType() : isBuffer ? type.GetGenericArguments()[0] : type;
        return (itemType == typeof(string) ? typeof(ReadOnlyMemory<char>) : itemType, type.IsArray || isBuffer);
    }

    internal static Type ValueTypeOf(MemberInfo member)
        => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    private static IEnumerable<MemberInfo> MembersOf(Type type, Direction direction)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property
            => property.GetIndexParameters().Length == 0
            && ((direction.HasFlag(Direction.Read) && property.GetGetMethod() is not null)
                || (direction.HasFlag(Direction.Write) && property.GetSetMethod() is not null)));
        return type.GetFields(BindingFlags.Public | BindingFlags.Instance)
            .Concat<MemberInfo>(properties)
            .Where(member => member.GetCustomAttribute<NoColumnAttribute>() is null);
    }

    private static DataViewType TypeOf(MemberInfo member)
    {
        var attributes = member.GetCustomAttributes().ToArray();
        foreach (var custom in attributes.OfType<DataViewTypeAttribute>())
            custom.Register();

        var (rawType, isVector) = Shape(ValueTypeOf(member));
        if (DataViewTypeManager.TryGet(rawType, attributes, out var customType))
            return customType;
        if (!ColumnTypeExtensions.IsPrimitiveRawType(rawType))
        {
            throw Contracts.ExceptParam(
                nameof(rawType), $"Could not determine an IDataView type and registered custom types for member {member.Name}");
        }

        var itemType = ItemTypeOf(member, rawType);
        var vector = member.GetCustomAttribute<VectorTypeAttribute>();
        if (isVector)
            return vector is { Dims.Length: > 0 } ? new VectorDataViewType(itemType, vector.Dims) : new VectorDataViewType(itemType);
        if (vector is not null)
        {
            throw Contracts.ExceptParam(
                "userType", $"Member {member.Name} marked with VectorTypeAttribute, but does not appear to be a vector type");
        }

        return itemType;
    }

    private static PrimitiveDataViewType ItemTypeOf(MemberInfo member, Type rawType)
    {
        if (member.GetCustomAttribute<KeyTypeAttribute>() is not { } key)
            return ColumnTypeExtensions.PrimitiveTypeFromType(rawType);
        if (KeyDataViewType.IsValidDataType(rawType))
            return new KeyDataViewType(rawType, key.Count);
        throw Contracts.ExceptParam(
            "userType",
            $"Member {member.Name} marked with KeyType attribute, but does not appear to be a valid kind of data for a key type");
    }

    public sealed class Column
    {
        private readonly List<(string Kind, Action<DataViewSchema.Annotations.Builder> Add)> _annotations = [];

        internal Column(string memberName, DataViewType columnType, string columnName)
        {
            MemberName = memberName;
            ColumnType = columnType;
            ColumnName = columnName;
        }

        public string MemberName { get; }

        public string ColumnName { get; set; }

        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations
        {
            get
            {
                var builder = new DataViewSchema.Annotations.Builder();
                foreach (var (_, add) in _annotations)
                    add(builder);
                return builder.ToAnnotations();
            }
        }

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            Contracts.CheckValue(kind, nameof(kind));
            Contracts.CheckValue(annotationType, nameof(annotationType));
            if (_annotations.Any(annotation => annotation.Kind == kind))
                throw Contracts.Except("Column already contains an annotation of this kind.");
            var getter = AnnotationGetter(value, annotationType);
            _annotations.Add((kind, builder => builder.Add(kind, annotationType, getter)));
        }

        /// <summary>Arrays stand for vectors and strings for text, as they do in members.</summary>
        private static Delegate AnnotationGetter<T>(T value, DataViewType type)
        {
            var (itemType, isVector) = Shape(typeof(T));
            if (isVector != type is VectorDataViewType)
            {
                throw Contracts.Except(
                    $"Value inputted is supposed to be {(isVector ? "vector" : "scalar")}, " +
                    $"but type of Annotationinfo is {(isVector ? "scalar" : "vector")}");
            }

            if (itemType != type.GetItemType().RawType)
            {
                throw Contracts.Except(
                    $"Value inputted is supposed to have Type {itemType}, but type of Annotationinfo has {type.GetItemType().RawType}");
            }

            object raw = value switch
            {
                string text => text.AsMemory(),
                string[] texts => texts.Select(text => text.AsMemory()).ToArray(),
                _ => value,
            };
            return (Delegate)RowCursorUtils.InvokeGeneric(isVector ? VectorGetter<int> : ScalarGetter<int>, itemType, raw);
        }

        private static Delegate ScalarGetter<TItem>(object value) => new ValueGetter<TItem>((ref TItem destination) => destination = (TItem)value);

        private static Delegate VectorGetter<TItem>(object value)
        {
            var buffer = value is VBuffer<TItem> given ? given : new VBuffer<TItem>(((TItem[])value).Length, (TItem[])value);
            return new ValueGetter<VBuffer<TItem>>((ref VBuffer<TItem> destination) => buffer.CopyTo(ref destination));
        }
    }
}
