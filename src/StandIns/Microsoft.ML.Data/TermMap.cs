using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>The values that keys stand for, in the keys' order, and the way back.</summary>
internal abstract class TermMap(PrimitiveDataViewType itemType)
{
    private const byte TextKind = 0;
    private const byte CodecKind = 1;

    public PrimitiveDataViewType ItemType => itemType;

    public abstract int Count { get; }

    public KeyDataViewType OutputType => new(typeof(uint), Math.Max(1, Count));

    public static TermMap Create(PrimitiveDataViewType itemType)
        => (TermMap)Activator.CreateInstance(typeof(TermMap<>).MakeGenericType(itemType.RawType), itemType);

    public static TermMap Load(ModelLoadContext ctx)
    {
        var kind = ctx.Reader.ReadByte();
        if (kind == TextKind)
        {
            var texts = new TermMap<ReadOnlyMemory<char>>(TextDataViewType.Instance);
            var count = ctx.Reader.ReadInt32();
            for (var i = 0; i < count; i++)
                texts.TryAdd(ctx.LoadNonEmptyString().AsMemory());
            return texts;
        }

        Contracts.CheckDecode(kind == CodecKind, "Corrupt term map");
        var type = TypeCodec.ReadType(ctx.Reader) as PrimitiveDataViewType ?? throw Contracts.ExceptDecode("Unrecognized codec read");
        var map = Create(type);
        map.AddAll(TypeCodec.ReadItems(ctx.Reader, type, ctx.Reader.ReadInt32()));
        return map;
    }

    public void Save(ModelSaveContext ctx)
    {
        if (itemType is TextDataViewType)
        {
            ctx.Writer.Write(TextKind);
            ctx.Writer.Write(Count);
            foreach (var text in Terms())
                ctx.SaveNonEmptyString(text.ToString());
            return;
        }

        Contracts.Check(TypeCodec.CanWrite(itemType), $"We do not know how to serialize terms of type '{itemType}'");
        ctx.Writer.Write(CodecKind);
        TypeCodec.WriteType(ctx.Writer, itemType);
        ctx.Writer.Write(Count);
        TypeCodec.WriteItems(ctx.Writer, itemType, Terms());
    }

    public void WriteText(TextWriter writer)
    {
        writer.WriteLine(itemType is TextDataViewType ? $"# Number of terms = {Count}" : $"# Number of terms of type '{itemType}' = {Count}");
        var i = 0;
        foreach (var term in Terms())
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i++}\t{term}"));
    }

    /// <summary>Adds values from rows until the data or the room for new ones is at its end.</summary>
    public abstract Func<bool> CreateTrainer(DataViewRow row, DataViewSchema.Column column, int maximum);

    public abstract void Sort();

    public abstract Delegate CreateGetter(DataViewRow row, DataViewSchema.Column column);

    /// <summary>Adds what the keys stand for: the terms, or what those stand for in turn where the source holds keys.</summary>
    public abstract void AddKeyValues(DataViewSchema.Annotations.Builder builder, DataViewSchema.Column source, bool asText);

    protected abstract IReadOnlyCollection<object> Terms();

    protected abstract void AddAll(object[] terms);
}

internal sealed class TermMap<TValue>(PrimitiveDataViewType itemType) : TermMap(itemType)
{
    private readonly List<TValue> _terms = [];
    private readonly Dictionary<TValue, uint> _keys = new(Comparer());

    public override int Count => _terms.Count;

    public bool TryAdd(TValue value)
    {
        if (Missing.Is(ItemType, value) || _keys.ContainsKey(value))
            return false;
        if (value is ReadOnlyMemory<char> text)
            value = (TValue)(object)text.ToString().AsMemory();
        _terms.Add(value);
        _keys.Add(value, (uint)_terms.Count);
        return true;
    }

    public override Func<bool> CreateTrainer(DataViewRow row, DataViewSchema.Column column, int maximum)
    {
        if (column.Type is VectorDataViewType)
        {
            var vectorGetter = row.GetGetter<VBuffer<TValue>>(column);
            VBuffer<TValue> vector = default;
            return () =>
            {
                vectorGetter(ref vector);
                foreach (var item in vector.DenseValues())
                {
                    if (_terms.Count < maximum)
                        TryAdd(item);
                }

                return _terms.Count < maximum;
            };
        }

        var getter = row.GetGetter<TValue>(column);
        TValue value = default;
        return () =>
        {
            getter(ref value);
            TryAdd(value);
            return _terms.Count < maximum;
        };
    }

    public override void Sort()
    {
        if (typeof(TValue) == typeof(ReadOnlyMemory<char>))
            _terms.Sort((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));
        else
            _terms.Sort();
        for (var i = 0; i < _terms.Count; i++)
            _keys[_terms[i]] = (uint)i + 1;
    }

    public override Delegate CreateGetter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
        {
            var vectorGetter = row.GetGetter<VBuffer<TValue>>(column);
            VBuffer<TValue> vector = default;
            return new ValueGetter<VBuffer<uint>>((ref VBuffer<uint> keys) =>
            {
                vectorGetter(ref vector);
                var editor = VBufferEditor.Create(ref keys, vector.Length);
                var i = 0;
                foreach (var item in vector.DenseValues())
                    editor.Values[i++] = KeyOf(item);
                keys = editor.Commit();
            });
        }

        var getter = row.GetGetter<TValue>(column);
        TValue value = default;
        return new ValueGetter<uint>((ref uint key) =>
        {
            getter(ref value);
            key = KeyOf(value);
        });
    }

    public override void AddKeyValues(DataViewSchema.Annotations.Builder builder, DataViewSchema.Column source, bool asText)
    {
        if (Count == 0)
            return;
        var sourceValues = source.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type as VectorDataViewType;
        if (ItemType is KeyDataViewType key && sourceValues is not null && (ulong)sourceValues.Size == key.Count)
            RowCursorUtils.InvokeGeneric(AddValuesOfSource<int>, sourceValues.ItemType.RawType, builder, sourceValues.ItemType, source, asText);
        else
            Add(builder, ItemType, _terms.ToArray(), asText);
    }

    protected override IReadOnlyCollection<object> Terms() => _terms.Cast<object>().ToArray();

    protected override void AddAll(object[] terms)
    {
        foreach (var term in terms)
            TryAdd((TValue)term);
    }

    private static void Add<TTerm>(DataViewSchema.Annotations.Builder builder, PrimitiveDataViewType type, TTerm[] terms, bool asText)
    {
        if (asText && type is not TextDataViewType)
        {
            var texts = terms.Select(term => Convert.ToString(term, CultureInfo.InvariantCulture).AsMemory()).ToArray();
            Add(builder, TextDataViewType.Instance, texts, asText);
            return;
        }

        var vector = new VBuffer<TTerm>(terms.Length, terms);
        builder.Add(
            AnnotationUtils.Kinds.KeyValues,
            new VectorDataViewType(type, terms.Length),
            (ref VBuffer<TTerm> value) => vector.CopyTo(ref value));
    }

    private void AddValuesOfSource<TTerm>(
        DataViewSchema.Annotations.Builder builder, PrimitiveDataViewType type, DataViewSchema.Column source, bool asText)
    {
        VBuffer<TTerm> sourceValues = default;
        source.GetKeyValues(ref sourceValues);
        var terms = _terms.Select(key => sourceValues.GetItemOrDefault(Convert.ToInt32(key, CultureInfo.InvariantCulture) - 1)).ToArray();
        Add(builder, type, terms, asText);
    }

    private static IEqualityComparer<TValue> Comparer()
        => typeof(TValue) == typeof(ReadOnlyMemory<char>) ? (IEqualityComparer<TValue>)(object)new TextComparer() : EqualityComparer<TValue>.Default;

    private uint KeyOf(TValue value) => _keys.GetValueOrDefault(value);

    private sealed class TextComparer : IEqualityComparer<ReadOnlyMemory<char>>
    {
        public bool Equals(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode(ReadOnlyMemory<char> text) => string.GetHashCode(text.Span);
    }
}
