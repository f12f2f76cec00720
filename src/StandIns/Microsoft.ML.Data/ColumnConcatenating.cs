using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(
    typeof(ColumnConcatenatingTransformer), null, typeof(SignatureLoadModel), "Concat Transform", ColumnConcatenatingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms
{
    public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
    {
        private readonly IHost _host;
        private readonly string _output;
        private readonly string[] _inputs;

        internal ColumnConcatenatingEstimator(IHostEnvironment env, string outputColumnName, params string[] inputColumnNames)
        {
            _host = env.Register(nameof(ColumnConcatenatingEstimator));
            Contracts.CheckNonEmpty(outputColumnName, nameof(outputColumnName));
            Contracts.CheckValue(inputColumnNames, nameof(inputColumnNames));
            Contracts.CheckParam(inputColumnNames.Length > 0, nameof(inputColumnNames), "Input columns not specified");
            Contracts.CheckParam(!inputColumnNames.Any(string.IsNullOrEmpty), nameof(inputColumnNames), "Contained some null or empty items");
            _output = outputColumnName;
            _inputs = inputColumnNames;
        }

        public ColumnConcatenatingTransformer Fit(IDataView input)
        {
            Contracts.CheckValue(input, nameof(input));
            return new ColumnConcatenatingTransformer(_host, _output, _inputs);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            Contracts.CheckValue(inputSchema, nameof(inputSchema));
            var columns = _inputs.Select(name => inputSchema.TryFindColumn(name, out var column)
                ? column
                : throw _host.ExceptSchemaMismatch(nameof(inputSchema), "input", name)).ToArray();
            foreach (var column in columns)
            {
                if (column.IsKey)
                    throw _host.Except($"Column '{column.Name}' is key. Concatenation of keys is unsupported.");
                if (!column.ItemType.Equals(columns[0].ItemType))
                {
                    throw _host.Except(
                        $"Concatenated columns should have the same type. Column '{column.Name}' has type of {column.ItemType}, " +
                        $"but expected column type is {columns[0].ItemType}.");
                }
            }

            var kind = columns.Any(column => column.Kind == SchemaShape.Column.VectorKind.VariableVector)
                ? SchemaShape.Column.VectorKind.VariableVector
                : SchemaShape.Column.VectorKind.Vector;
            var hasNames = columns.Any(column => column.Kind == SchemaShape.Column.VectorKind.Scalar
                || column.Annotations.TryFindColumn(AnnotationUtils.Kinds.SlotNames, out _));
            SchemaShape annotations = hasNames
                ? new([new(AnnotationUtils.Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false)])
                : null;

            var result = inputSchema.ToDictionary(column => column.Name);
            result[_output] = new SchemaShape.Column(_output, kind, columns[0].ItemType, false, annotations);
            return new SchemaShape(result.Values);
        }
    }
}

namespace Microsoft.ML.Data
{
    public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
    {
        internal const string LoaderSignature = "ConcatTransform";

        private static readonly VersionInfo Version = new(
            modelSignature: "CONCAT F",
            verWrittenCur: 0x00010003,
            verReadableCur: 0x00010003,
            verWeCanReadBack: 0x00010003,
            loaderAssemblyName: typeof(ColumnConcatenatingTransformer).Assembly.FullName,
            loaderSignature: LoaderSignature,
            loaderSignatureAlt: "ConcatFunction");

        private readonly string _output;
        private readonly string[] _inputs;

        internal ColumnConcatenatingTransformer(IHostEnvironment env, string outputColumnName, params string[] inputColumnNames)
            : base(env.Register(nameof(ColumnConcatenatingTransformer)))
        {
            _output = outputColumnName;
            _inputs = inputColumnNames;
        }

        private protected override void SaveModel(ModelSaveContext ctx)
        {
            ctx.CheckAtModel();
            ctx.SetVersionInfo(Version);
            ctx.Writer.Write(1);
            ctx.SaveNonEmptyString(_output);
            ctx.Writer.Write(_inputs.Length);
            foreach (var input in _inputs)
            {
                ctx.SaveNonEmptyString(input);
                ctx.SaveStringOrNull(null);
            }
        }

        private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

        private static ColumnConcatenatingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
        {
            ctx.CheckAtModel(Version);
            Contracts.CheckDecode(ctx.Reader.ReadInt32() == 1, "Only one output column can be read");
            var output = ctx.LoadNonEmptyString();
            var inputs = new string[ctx.Reader.ReadInt32()];
            for (var i = 0; i < inputs.Length; i++)
            {
                inputs[i] = ctx.LoadNonEmptyString();
                ctx.LoadStringOrNull();
            }

            return new ColumnConcatenatingTransformer(env, output, inputs);
        }

        private sealed class Mapper : MapperBase
        {
            private readonly string _output;
            private readonly DataViewSchema.Column[] _sources;
            private readonly PrimitiveDataViewType _itemType;
            private readonly int _size;

            public Mapper(ColumnConcatenatingTransformer parent, DataViewSchema inputSchema) : base(parent.Host, inputSchema)
            {
                _output = parent._output;
                _sources = parent._inputs
                    .Select(name => inputSchema.GetColumnOrNull(name) ?? throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", name))
                    .ToArray();
                _itemType = (PrimitiveDataViewType)_sources[0].Type.GetItemType();
                foreach (var source in _sources)
                {
                    if (!source.Type.GetItemType().Equals(_itemType))
                    {
                        throw Host.ExceptSchemaMismatch(
                            nameof(inputSchema), "input", source.Name, _itemType.ToString(), source.Type.ToString());
                    }
                }

                var sizes = _sources.Select(source => source.Type is VectorDataViewType vector ? vector.Size : 1).ToArray();
                _size = sizes.Contains(0) ? 0 : sizes.Sum();
            }

            protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore()
            {
                if (_sources is [{ Type: VectorDataViewType } only])
                    return [new DataViewSchema.DetachedColumn(_output, only.Type, only.Annotations)];

                var annotations = new DataViewSchema.Annotations.Builder();
                if (_itemType is NumberDataViewType && _sources.All(source => source.IsNormalized()))
                    annotations.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
                if (_size > 0 && _sources.Any(source => source.Type is not VectorDataViewType || source.HasSlotNames()))
                {
                    annotations.Add(
                        AnnotationUtils.Kinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, _size), (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)SlotNames);
                }

                return [new DataViewSchema.DetachedColumn(_output, new VectorDataViewType(_itemType, _size), annotations.ToAnnotations())];
            }

            protected override Delegate MakeGetter(DataViewRow input, int iinfo, Func<int, bool> activeOutput, out Action disposer)
            {
                disposer = null;
                return (Delegate)RowCursorUtils.InvokeGeneric(Getter<int>, _itemType.RawType, input);
            }

            private protected override Func<int, bool> GetDependenciesCore(Func<int, bool> activeOutput)
                => column => activeOutput(0) && _sources.Any(source => source.Index == column);

            private static Action<List<TItem>> Appender<TItem>(DataViewRow input, DataViewSchema.Column source)
            {
                if (source.Type is not VectorDataViewType)
                {
                    var getter = input.GetGetter<TItem>(source);
                    TItem item = default;
                    return items =>
                    {
                        getter(ref item);
                        items.Add(item);
                    };
                }

                var vectorGetter = input.GetGetter<VBuffer<TItem>>(source);
                VBuffer<TItem> vector = default;
                return items =>
                {
                    vectorGetter(ref vector);
                    items.AddRange(vector.DenseValues());
                };
            }

            private Delegate Getter<TItem>(DataViewRow input)
            {
                var appenders = _sources.Select(source => Appender<TItem>(input, input.Schema[source.Index])).ToArray();
                var items = new List<TItem>();
                return new ValueGetter<VBuffer<TItem>>((ref VBuffer<TItem> value) =>
                {
                    items.Clear();
                    foreach (var append in appenders)
                        append(items);
                    var editor = VBufferEditor.Create(ref value, items.Count);
                    items.CopyTo(editor.Values);
                    value = editor.Commit();
                });
            }

            private void SlotNames(ref VBuffer<ReadOnlyMemory<char>> value)
            {
                var names = _sources.SelectMany(NamesOf).ToArray();
                value = new VBuffer<ReadOnlyMemory<char>>(names.Length, names);
            }

            private static IEnumerable<ReadOnlyMemory<char>> NamesOf(DataViewSchema.Column source)
            {
                if (source.Type is not VectorDataViewType vector)
                    return [source.Name.AsMemory()];
                if (!source.HasSlotNames())
                    return new ReadOnlyMemory<char>[vector.Size];
                VBuffer<ReadOnlyMemory<char>> names = default;
                source.GetSlotNames(ref names);
                return names.DenseValues().Select(name => name.IsEmpty ? name : $"{source.Name}.{name}".AsMemory());
            }
        }
    }
}
