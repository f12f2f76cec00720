using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(NormalizingTransformer), null, typeof(SignatureLoadModel), "Normalizer", NormalizingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly IHost _host;
    private readonly (string outputColumnName, string inputColumnName)[] _columns;
    private readonly long _maximumExampleCount;
    private readonly bool _fixZero;

    internal NormalizingEstimator(
        IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns, long maximumExampleCount, bool fixZero)
    {
        Contracts.CheckParam(maximumExampleCount > 1, nameof(maximumExampleCount), "Must be greater than 1");
        _host = env.Register(nameof(NormalizingEstimator));
        _columns = columns;
        _maximumExampleCount = maximumExampleCount;
        _fixZero = fixZero;
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        GetOutputSchema(SchemaShape.Create(input.Schema));
        var sources = _columns.Select(column => input.Schema[column.inputColumnName]).ToArray();
        using var cursor = input.GetRowCursor((IEnumerable<DataViewSchema.Column>)sources);
        var ranges = sources.Select(source => new SlotRanges(cursor, source)).ToArray();
        for (var row = 0L; row < _maximumExampleCount && cursor.MoveNext(); row++)
        {
            foreach (var range in ranges)
                range.Add();
        }

        return new NormalizingTransformer(
            _host, _columns, sources.Select(source => source.Type).ToArray(), ranges.Select(range => range.ToScaling(_fixZero)).ToArray());
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var result = inputSchema.ToDictionary(column => column.Name);
        foreach (var (output, input) in _columns)
        {
            if (!inputSchema.TryFindColumn(input, out var column))
                throw _host.ExceptSchemaMismatch(nameof(inputSchema), "input", input);
            if (column.Kind == SchemaShape.Column.VectorKind.VariableVector)
                throw _host.ExceptSchemaMismatch(nameof(inputSchema), "input", input, "known-size vector or scalar", column.GetTypeString());
            if (column.IsKey || column.ItemType != NumberDataViewType.Single)
                throw _host.ExceptSchemaMismatch(nameof(inputSchema), "input", input, "vector or scalar of Single", column.GetTypeString());

            var annotations = new List<SchemaShape.Column>
            {
                new(AnnotationUtils.Kinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false),
            };
            if (column.Annotations.TryFindColumn(AnnotationUtils.Kinds.SlotNames, out var slotNames))
                annotations.Add(slotNames);
            result[output] = new SchemaShape.Column(output, column.Kind, column.ItemType, false, new SchemaShape(annotations));
        }

        return new SchemaShape(result.Values);
    }

    /// <summary>The lowest and the highest value of each slot of a column.</summary>
    private sealed class SlotRanges
    {
        private readonly Action _read;
        private readonly float[] _values;
        private readonly float[] _lowest;
        private readonly float[] _highest;

        public SlotRanges(DataViewRow row, DataViewSchema.Column column)
        {
            _values = new float[column.Type is VectorDataViewType vector ? vector.Size : 1];
            _lowest = _values.Select(_ => float.PositiveInfinity).ToArray();
            _highest = _values.Select(_ => float.NegativeInfinity).ToArray();
            _read = column.Type is VectorDataViewType ? ReadVector(row, column) : ReadScalar(row, column);
        }

        public void Add()
        {
            _read();
            for (var i = 0; i < _values.Length; i++)
            {
                // Comparisons with NaN are false: what is missing widens no range.
                if (_values[i] < _lowest[i])
                    _lowest[i] = _values[i];
                if (_values[i] > _highest[i])
                    _highest[i] = _values[i];
            }
        }

        /// <summary>A slot that is constant, or always missing, becomes 0.</summary>
        public Scaling ToScaling(bool fixZero)
        {
            var scales = new float[_values.Length];
            var offsets = new float[_values.Length];
            for (var i = 0; i < scales.Length; i++)
            {
                if (!(_highest[i] > _lowest[i]))
                    continue;
                scales[i] = 1 / (fixZero ? Math.Max(Math.Abs(_highest[i]), Math.Abs(_lowest[i])) : _highest[i] - _lowest[i]);
                offsets[i] = fixZero ? 0 : _lowest[i];
            }

            return new Scaling(scales, offsets);
        }

        private Action ReadScalar(DataViewRow row, DataViewSchema.Column column)
        {
            var getter = row.GetGetter<float>(column);
            return () => getter(ref _values[0]);
        }

        private Action ReadVector(DataViewRow row, DataViewSchema.Column column)
        {
            var getter = row.GetGetter<VBuffer<float>>(column);
            VBuffer<float> vector = default;
            return () =>
            {
                getter(ref vector);
                vector.CopyTo(_values);
            };
        }
    }
}

public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "Normalizer";

    private static readonly VersionInfo Version = new(
        modelSignature: "NORMALZR",
        verWrittenCur: 0x00010002,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010002,
        loaderAssemblyName: typeof(NormalizingTransformer).Assembly.FullName,
        loaderSignature: LoaderSignature);

    private readonly DataViewType[] _types;
    private readonly Scaling[] _scalings;

    internal NormalizingTransformer(
        IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns, DataViewType[] types, Scaling[] scalings)
        : base(env.Register(nameof(NormalizingTransformer)), columns)
    {
        _types = types;
        _scalings = scalings;
    }

    private NormalizingTransformer(IHost host, ModelLoadContext ctx) : base(host, ctx)
    {
        _types = new DataViewType[ColumnPairs.Length];
        _scalings = new Scaling[ColumnPairs.Length];
        for (var i = 0; i < ColumnPairs.Length; i++)
        {
            var isVector = ctx.Reader.ReadBoolean();
            Contracts.CheckDecode(ctx.Reader.ReadByte() == (byte)DataKind.Single, "Only columns of Single can be read");
            _types[i] = isVector
                ? new VectorDataViewType(
                    NumberDataViewType.Single, Enumerable.Range(0, ctx.Reader.ReadInt32()).Select(_ => ctx.Reader.ReadInt32()).ToArray())
                : NumberDataViewType.Single;
            var place = i;
            ctx.TryProcessSubModel(DirectoryOf(i), part => _scalings[place] = Scaling.Load(part));
            Contracts.CheckDecode(_scalings[i] is not null, $"Missing {DirectoryOf(i)}");
        }
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        SaveColumns(ctx);
        for (var i = 0; i < ColumnPairs.Length; i++)
        {
            ctx.Writer.Write(_types[i] is VectorDataViewType);
            ctx.Writer.Write((byte)DataKind.Single);
            if (_types[i] is VectorDataViewType vector)
            {
                ctx.Writer.Write(vector.Dimensions.Length);
                foreach (var dimension in vector.Dimensions)
                    ctx.Writer.Write(dimension);
            }

            ctx.SaveSubModel(DirectoryOf(i), _scalings[i].Save);
        }
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private protected override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol)
    {
        var type = inputSchema[srcCol].Type;
        if (type.GetItemType() != NumberDataViewType.Single || type.GetVectorSize() != _types[col].GetVectorSize())
        {
            throw Host.ExceptSchemaMismatch(
                nameof(inputSchema), "input", ColumnPairs[col].inputColumnName, _types[col].ToString(), type.ToString());
        }
    }

    private static NormalizingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new NormalizingTransformer(env.Register(nameof(NormalizingTransformer)), ctx);
    }

    private static string DirectoryOf(int column) => $"Normalizer_{column:000}";

    private sealed class Mapper(NormalizingTransformer parent, DataViewSchema inputSchema)
        : OneToOneMapperBase(parent.Host, parent, inputSchema)
    {
        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore()
            => parent.ColumnPairs.Select((pair, i) =>
            {
                var annotations = new DataViewSchema.Annotations.Builder();
                annotations.AddPrimitiveValue(AnnotationUtils.Kinds.IsNormalized, BooleanDataViewType.Instance, true);
                annotations.Add(InputSchema[ColMapNewToOld[i]].Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
                return new DataViewSchema.DetachedColumn(pair.outputColumnName, parent._types[i], annotations.ToAnnotations());
            }).ToArray();

        protected override Delegate MakeGetter(DataViewRow input, int iinfo, Func<int, bool> activeOutput, out Action disposer)
        {
            disposer = null;
            var column = input.Schema[ColMapNewToOld[iinfo]];
            var scaling = parent._scalings[iinfo];
            if (column.Type is not VectorDataViewType)
            {
                var getter = input.GetGetter<float>(column);
                return new ValueGetter<float>((ref float value) =>
                {
                    getter(ref value);
                    value = scaling.Apply(0, value);
                });
            }

            var vectorGetter = input.GetGetter<VBuffer<float>>(column);
            VBuffer<float> vector = default;
            return new ValueGetter<VBuffer<float>>((ref VBuffer<float> value) =>
            {
                vectorGetter(ref vector);
                vector.CopyToDense(ref value);
                var editor = VBufferEditor.CreateFromBuffer(ref value);
                for (var i = 0; i < editor.Values.Length; i++)
                    editor.Values[i] = scaling.Apply(i, editor.Values[i]);
                value = editor.Commit();
            });
        }
    }
}

/// <summary>Takes an offset off each slot and multiplies what is left.</summary>
internal sealed record Scaling(float[] Scales, float[] Offsets)
{
    private static readonly VersionInfo Version = new(
        modelSignature: "AFF NORM",
        verWrittenCur: 0x00010003,
        verReadableCur: 0x00010003,
        verWeCanReadBack: 0x00010003,
        loaderAssemblyName: typeof(Scaling).Assembly.FullName,
        loaderSignature: "AffineNormExec");

    public static Scaling Load(ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        Contracts.CheckDecode(ctx.Reader.ReadInt32() == sizeof(float), "Only Single can be read");
        var count = ctx.Reader.ReadInt32();
        Contracts.CheckDecode(ctx.Reader.ReadInt32() == -1, "Only dense scales can be read");
        var scales = ReadSingles(ctx);
        var offsets = ReadSingles(ctx);
        Contracts.CheckDecode(scales.Length == count && (offsets.Length == count || offsets.Length == 0), "Corrupt normalizer");
        return new Scaling(scales, offsets.Length == 0 ? new float[count] : offsets);
    }

    public void Save(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        ctx.Writer.Write(sizeof(float));
        ctx.Writer.Write(Scales.Length);
        ctx.Writer.Write(-1);
        foreach (var values in (float[][])[Scales, Offsets])
        {
            ctx.Writer.Write(values.Length);
            foreach (var value in values)
                ctx.Writer.Write(value);
        }
    }

    public float Apply(int slot, float value) => (value - Offsets[slot]) * Scales[slot];

    private static float[] ReadSingles(ModelLoadContext ctx)
        => Enumerable.Range(0, ctx.Reader.ReadInt32()).Select(_ => ctx.Reader.ReadSingle()).ToArray();
}
