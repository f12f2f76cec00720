using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>
/// The classes of a label column: their names, and the values that its key stands for, in the type that they have there, so that what
/// MapKeyToValue makes of a predicted label equals what the label was made from.
/// </summary>
/// <param name="ValueType">Name of the type of the key's values; null where the key has none.</param>
/// <param name="Names">Name of each class in the order of the key.</param>
internal sealed record ClassLabels(string? ValueType, IReadOnlyList<string> Names)
{
    private static readonly Dictionary<string, ValueKind> ValueKinds = new()
    {
        ["Text"] = new ValueKind<ReadOnlyMemory<char>>(TextDataViewType.Instance, text => text.AsMemory(), value => value.ToString()),
        ["Boolean"] = Number<bool>(BooleanDataViewType.Instance),
        ["SByte"] = Number<sbyte>(NumberDataViewType.SByte),
        ["Byte"] = Number<byte>(NumberDataViewType.Byte),
        ["Int16"] = Number<short>(NumberDataViewType.Int16),
        ["UInt16"] = Number<ushort>(NumberDataViewType.UInt16),
        ["Int32"] = Number<int>(NumberDataViewType.Int32),
        ["UInt32"] = Number<uint>(NumberDataViewType.UInt32),
        ["Int64"] = Number<long>(NumberDataViewType.Int64),
        ["UInt64"] = Number<ulong>(NumberDataViewType.UInt64),
        ["Single"] = Number<float>(NumberDataViewType.Single),
        ["Double"] = Number<double>(NumberDataViewType.Double),
    };

    /// <summary>Number of classes.</summary>
    public int Count => Names.Count;

    /// <summary>Labels that are texts.</summary>
    public static ClassLabels Of(IEnumerable<string> names) => new("Text", [.. names]);

    /// <summary>Reads the classes of a label column: a key, or a vector of keys.</summary>
    /// <exception cref="ArgumentException">The column is no key, or has values of a type that cannot be kept.</exception>
    public static ClassLabels Of(DataViewSchema.Column label)
    {
        var type = label.Type is VectorDataViewType vector ? vector.ItemType : label.Type;
        if (type is not KeyDataViewType key)
            throw NotAKey(label.Name, label.Type.ToString()!);
        if (key.Count > int.MaxValue)
            throw new ArgumentException($"Label column '{label.Name}' has {key.Count} classes, but at most {int.MaxValue} are possible.");
        var count = (int)key.Count;
        if (label.Annotations.Schema.GetColumnOrNull(Annotations.KeyValues)?.Type is not VectorDataViewType values || values.Size != count)
            return new(null, [.. Enumerable.Range(1, count).Select(number => number.ToString(CultureInfo.InvariantCulture))]);

        var (name, kind) = ValueKinds.FirstOrDefault(pair => pair.Value.Type.Equals(values.ItemType));
        if (kind is null)
        {
            throw new ArgumentException(
                $"The key of label column '{label.Name}' stands for values of the type {values.ItemType}, but these are possible: " +
                $"{string.Join(", ", ValueKinds.Keys)}. Make the key from one of them with MapValueToKey.");
        }
        return new(name, kind.Read(label.Annotations));
    }

    /// <summary>Place of a class in the order of the key, from 0.</summary>
    /// <exception cref="ArgumentException">There is no such class; the message lists those that there are.</exception>
    public int IndexOf(string name)
    {
        var index = Names.ToList().IndexOf(name);
        return index >= 0 ? index : throw new ArgumentException(
            $"The model knows no class '{name}', only {ListText.Quoted(Names)}. Name one of these.", nameof(name));
    }

    /// <summary>Says that a label column must be a key.</summary>
    public static ArgumentException NotAKey(string name, string found) => new(
        $"Label column '{name}' has the type {found}, but it must be a key or text. " +
        $"Put Conversion.MapValueToKey(\"{name}\") before this step, or name another column in the option 'LabelColumnName'. " +
        "Where an image may show several classes, a vector is right: set 'MultiLabel'.");

    /// <summary>Adds the key's values under the given kind of annotation; nothing where the key has none.</summary>
    public void AddValues(DataViewSchema.Annotations.Builder builder, string kind)
    {
        if (ValueType is not null)
            ValueKinds[ValueType].Add(builder, kind, Names);
    }

    private static ValueKind<T> Number<T>(PrimitiveDataViewType type) where T : IConvertible => new(
        type,
        text => (T)Convert.ChangeType(text, typeof(T), CultureInfo.InvariantCulture),
        value => value.ToString(CultureInfo.InvariantCulture));

    /// <summary>How values of one type are kept.</summary>
    private abstract record ValueKind(PrimitiveDataViewType Type)
    {
        public abstract IReadOnlyList<string> Read(DataViewSchema.Annotations annotations);

        public abstract void Add(DataViewSchema.Annotations.Builder builder, string kind, IReadOnlyList<string> texts);
    }

    private sealed record ValueKind<T>(PrimitiveDataViewType Type, Func<string, T> Parse, Func<T, string> Text) : ValueKind(Type)
    {
        public override IReadOnlyList<string> Read(DataViewSchema.Annotations annotations)
        {
            VBuffer<T> values = default;
            annotations.GetValue(Annotations.KeyValues, ref values);
            return [.. values.DenseValues().Select(Text)];
        }

        public override void Add(DataViewSchema.Annotations.Builder builder, string kind, IReadOnlyList<string> texts)
        {
            var values = texts.Select(Parse).ToArray();
            builder.Add(kind, new VectorDataViewType(Type, values.Length), (ref VBuffer<T> value) =>
            {
                var editor = VBufferEditor.Create(ref value, values.Length);
                values.CopyTo(editor.Values);
                value = editor.Commit();
            });
        }
    }
}
