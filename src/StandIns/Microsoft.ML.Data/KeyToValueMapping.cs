using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(KeyToValueMappingTransformer), null, typeof(SignatureLoadModel), "Key To Value Transform", KeyToValueMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    internal KeyToValueMappingEstimator(IHostEnvironment env, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(KeyToValueMappingEstimator)), new KeyToValueMappingTransformer(env, columns))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var result = inputSchema.ToDictionary(column => column.Name);
        foreach (var (output, input) in Transformer.ColumnPairs)
        {
            if (!inputSchema.TryFindColumn(input, out var column))
                throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", input);
            if (!column.IsKey)
                throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", input, "KeyType", column.GetTypeString());
            if (!column.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out var keyValues))
                throw Host.ExceptParam(nameof(inputSchema), $"Input column '{input}' doesn't contain key values metadata");
            SchemaShape annotations = column.Annotations.TryFindColumn(AnnotationUtils.Kinds.SlotNames, out var slotNames)
                ? new([slotNames])
                : null;
            result[output] = new SchemaShape.Column(output, column.Kind, keyValues.ItemType, keyValues.IsKey, annotations);
        }

        return new SchemaShape(result.Values);
    }
}

public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "KeyToValueTransform";

    private static readonly VersionInfo Version = new(
        modelSignature: "KEY2VALT",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(KeyToValueMappingTransformer).Assembly.FullName,
        loaderSignature: LoaderSignature);

    internal KeyToValueMappingTransformer(IHostEnvironment env, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(KeyToValueMappingTransformer)), columns)
    {
    }

    private KeyToValueMappingTransformer(IHost host, ModelLoadContext ctx) : base(host, ctx)
    {
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        SaveColumns(ctx);
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private static KeyToValueMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new KeyToValueMappingTransformer(env.Register(nameof(KeyToValueMappingTransformer)), ctx);
    }

    private sealed class Mapper : OneToOneMapperBase
    {
        private readonly KeyToValueMappingTransformer _parent;
        private readonly PrimitiveDataViewType[] _itemTypes;

        public Mapper(KeyToValueMappingTransformer parent, DataViewSchema inputSchema) : base(parent.Host, parent, inputSchema)
        {
            _parent = parent;
            _itemTypes = ColMapNewToOld.Select(source => ItemTypeOf(inputSchema[source])).ToArray();
        }

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore()
            => _parent.ColumnPairs.Select((pair, i) => ColumnOf(pair.outputColumnName, i)).ToArray();

        protected override Delegate MakeGetter(DataViewRow input, int iinfo, Func<int, bool> activeOutput, out Action disposer)
        {
            disposer = null;
            var column = input.Schema[ColMapNewToOld[iinfo]];
            var method = ((Func<DataViewRow, DataViewSchema.Column, Delegate>)Getter<uint, int>).Method
                .GetGenericMethodDefinition()
                .MakeGenericMethod(column.Type.GetItemType().RawType, _itemTypes[iinfo].RawType);
            return method.CreateDelegate<Func<DataViewRow, DataViewSchema.Column, Delegate>>()(input, column);
        }

        private static PrimitiveDataViewType ItemTypeOf(DataViewSchema.Column source)
        {
            var values = source.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type as VectorDataViewType
                ?? throw Contracts.Except("Metadata KeyValues does not exist");
            Contracts.Check(
                (ulong)values.Size == source.Type.GetItemType().GetKeyCount(), "KeyValues metadata size does not match column type key count");
            return values.ItemType;
        }

        private static Delegate Getter<TKey, TValue>(DataViewRow input, DataViewSchema.Column column)
            where TKey : struct, System.Numerics.IBinaryInteger<TKey>
        {
            VBuffer<TValue> annotation = default;
            column.GetKeyValues(ref annotation);
            var values = annotation.DenseValues().ToArray();
            var missing = Missing.Of<TValue>();
            if (column.Type is VectorDataViewType)
            {
                var vectorGetter = input.GetGetter<VBuffer<TKey>>(column);
                VBuffer<TKey> keys = default;
                return new ValueGetter<VBuffer<TValue>>((ref VBuffer<TValue> result) =>
                {
                    vectorGetter(ref keys);
                    var editor = VBufferEditor.Create(ref result, keys.Length);
                    var i = 0;
                    foreach (var item in keys.DenseValues())
                        editor.Values[i++] = ValueOf(item);
                    result = editor.Commit();
                });
            }

            var getter = input.GetGetter<TKey>(column);
            TKey key = default;
            return new ValueGetter<TValue>((ref TValue result) =>
            {
                getter(ref key);
                result = ValueOf(key);
            });

            TValue ValueOf(TKey item)
            {
                var index = ulong.CreateChecked(item);
                return index > 0 && index <= (ulong)values.Length ? values[index - 1] : missing;
            }
        }

        private DataViewSchema.DetachedColumn ColumnOf(string name, int i)
        {
            var source = InputSchema[ColMapNewToOld[i]];
            DataViewType type = source.Type is VectorDataViewType vector ? new VectorDataViewType(_itemTypes[i], vector.Dimensions) : _itemTypes[i];
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(source.Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
            return new DataViewSchema.DetachedColumn(name, type, annotations.ToAnnotations());
        }
    }
}
