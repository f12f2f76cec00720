using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(ValueToKeyMappingTransformer), null, typeof(SignatureLoadModel), "Term Transform", ValueToKeyMappingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    private readonly IHost _host;
    private readonly (string Output, string Input)[] _columns;
    private readonly int _maximumNumberOfKeys;
    private readonly KeyOrdinality _keyOrdinality;
    private readonly bool _addKeyValueAnnotationsAsText;
    private readonly IDataView _keyData;

    internal ValueToKeyMappingEstimator(
        IHostEnvironment env,
        (string Output, string Input)[] columns,
        int maximumNumberOfKeys,
        KeyOrdinality keyOrdinality,
        bool addKeyValueAnnotationsAsText,
        IDataView keyData)
    {
        _host = env.Register(nameof(ValueToKeyMappingEstimator));
        Contracts.CheckParam(
            !columns.Any(column => string.IsNullOrWhiteSpace(column.Output)), "outputColumnName", "outputColumnName cannot be null or white space");
        if (keyData is not null && keyData.Schema.Count != 1)
        {
            throw _host.ExceptParam(
                nameof(keyData),
                "If specified, this data view should contain only a single column containing the terms to map, " +
                $"but this had {keyData.Schema.Count} columns.");
        }

        _columns = columns;
        _maximumNumberOfKeys = maximumNumberOfKeys;
        _keyOrdinality = keyOrdinality;
        _addKeyValueAnnotationsAsText = addKeyValueAnnotationsAsText;
        _keyData = keyData;
    }

    public enum KeyOrdinality : byte
    {
        ByOccurrence = 0,
        ByValue = 1,
    }

    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        Contracts.CheckParam(_maximumNumberOfKeys > 0, "MaxNumTerms", "Must be positive");
        var sources = _columns
            .Select(column => input.Schema.GetColumnOrNull(column.Input) ?? throw _host.ExceptSchemaMismatch(nameof(input), "input", column.Input))
            .ToArray();
        var maps = sources.Select(source => TermMap.Create(ValueToKeyMappingTransformer.ItemTypeOf(_host, source))).ToArray();
        if (_keyData is null)
        {
            Train(input, sources, maps, _maximumNumberOfKeys);
        }
        else
        {
            foreach (var map in maps)
            {
                if (!_keyData.Schema[0].Type.Equals(map.ItemType))
                {
                    throw _host.ExceptParam(
                        "keyData", $"Input data's column must be of type '{map.ItemType}' but was '{_keyData.Schema[0].Type}'");
                }

                Train(_keyData, [_keyData.Schema[0]], [map], int.MaxValue);
            }
        }

        if (_keyOrdinality == KeyOrdinality.ByValue)
        {
            foreach (var map in maps)
                map.Sort();
        }

        return new ValueToKeyMappingTransformer(_host, _columns, maps, maps.Select(_ => _addKeyValueAnnotationsAsText).ToArray());
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var result = inputSchema.ToDictionary(column => column.Name);
        foreach (var (output, input) in _columns)
        {
            if (!inputSchema.TryFindColumn(input, out var column) || !column.ItemType.IsStandardScalar())
                throw _host.ExceptSchemaMismatch(nameof(inputSchema), "input", input);

            if (!column.IsKey || !column.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out var keyValues))
            {
                keyValues = new SchemaShape.Column(
                    AnnotationUtils.Kinds.KeyValues,
                    SchemaShape.Column.VectorKind.Vector,
                    _addKeyValueAnnotationsAsText ? TextDataViewType.Instance : column.ItemType,
                    column.IsKey && !_addKeyValueAnnotationsAsText);
            }

            SchemaShape annotations = column.Annotations.TryFindColumn(AnnotationUtils.Kinds.SlotNames, out var slotNames)
                ? new([slotNames, keyValues])
                : new([keyValues]);
            result[output] = new SchemaShape.Column(output, column.Kind, NumberDataViewType.UInt32, true, annotations);
        }

        return new SchemaShape(result.Values);
    }

    private static void Train(IDataView data, DataViewSchema.Column[] columns, TermMap[] maps, int maximum)
    {
        using var cursor = data.GetRowCursor((IEnumerable<DataViewSchema.Column>)columns);
        var trainers = columns.Zip(maps, (column, map) => map.CreateTrainer(cursor, column, maximum)).ToList();
        while (trainers.Count > 0 && cursor.MoveNext())
            trainers.RemoveAll(train => !train());
    }
}

public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "TermTransform";

    private const string Vocabulary = "Vocabulary";

    private static readonly VersionInfo Version = new(
        modelSignature: "TERMTRNF",
        verWrittenCur: 0x00010003,
        verReadableCur: 0x00010003,
        verWeCanReadBack: 0x00010003,
        loaderAssemblyName: typeof(ValueToKeyMappingTransformer).Assembly.FullName,
        loaderSignature: LoaderSignature);

    private static readonly VersionInfo VocabularyVersion = new(
        modelSignature: "TERM MAN",
        verWrittenCur: 0x00010002,
        verReadableCur: 0x00010002,
        verWeCanReadBack: 0x00010002,
        loaderAssemblyName: typeof(ValueToKeyMappingTransformer).Assembly.FullName,
        loaderSignature: "TermManager");

    private readonly TermMap[] _maps;
    private readonly bool[] _textAnnotations;

    internal ValueToKeyMappingTransformer(
        IHostEnvironment env, (string outputColumnName, string inputColumnName)[] columns, TermMap[] maps, bool[] textAnnotations)
        : base(env.Register("Term"), columns)
    {
        _maps = maps;
        _textAnnotations = textAnnotations;
    }

    private ValueToKeyMappingTransformer(IHost host, ModelLoadContext ctx) : base(host, ctx)
    {
        _textAnnotations = ColumnPairs.Select(_ => ctx.Reader.ReadBoolean()).ToArray();
        TermMap[] maps = null;
        ctx.TryProcessSubModel(Vocabulary, vocabulary =>
        {
            vocabulary.CheckAtModel(VocabularyVersion);
            maps = new TermMap[vocabulary.Reader.ReadInt32()];
            for (var i = 0; i < maps.Length; i++)
                maps[i] = TermMap.Load(vocabulary);
        });
        Contracts.CheckDecode(maps?.Length == ColumnPairs.Length, $"Missing {Vocabulary} model");
        _maps = maps;
    }

    internal static PrimitiveDataViewType ItemTypeOf(IHost host, DataViewSchema.Column column)
    {
        var itemType = column.Type.GetItemType();
        if (itemType is KeyDataViewType || itemType.IsStandardScalar())
            return (PrimitiveDataViewType)itemType;
        throw host.ExceptSchemaMismatch(
            "inputSchema", "input", column.Name, "standard type or a vector of standard type", column.Type.ToString());
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        SaveColumns(ctx);
        foreach (var textAnnotations in _textAnnotations)
            ctx.Writer.Write(textAnnotations);
        ctx.SaveSubModel(Vocabulary, vocabulary =>
        {
            vocabulary.CheckAtModel();
            vocabulary.SetVersionInfo(VocabularyVersion);
            vocabulary.Writer.Write(_maps.Length);
            foreach (var map in _maps)
                map.Save(vocabulary);
            vocabulary.SaveTextStream("Terms.txt", writer =>
            {
                foreach (var map in _maps)
                    map.WriteText(writer);
            });
        });
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private protected override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol)
    {
        var itemType = ItemTypeOf(Host, inputSchema[srcCol]);
        if (!itemType.Equals(_maps[col].ItemType))
        {
            throw Host.Except(
                $"Could not apply a map over type '{_maps[col].ItemType}' to column '{ColumnPairs[col].outputColumnName}' " +
                $"since it has type '{itemType}'");
        }
    }

    private static ValueToKeyMappingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new ValueToKeyMappingTransformer(env.Register("Term"), ctx);
    }

    private sealed class Mapper(ValueToKeyMappingTransformer parent, DataViewSchema inputSchema)
        : OneToOneMapperBase(parent.Host, parent, inputSchema)
    {
        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore()
            => parent.ColumnPairs.Select((pair, i) => ColumnOf(pair.outputColumnName, i)).ToArray();

        protected override Delegate MakeGetter(DataViewRow input, int iinfo, Func<int, bool> activeOutput, out Action disposer)
        {
            disposer = null;
            return parent._maps[iinfo].CreateGetter(input, input.Schema[ColMapNewToOld[iinfo]]);
        }

        private DataViewSchema.DetachedColumn ColumnOf(string name, int i)
        {
            var source = InputSchema[ColMapNewToOld[i]];
            DataViewType type = source.Type is VectorDataViewType vector
                ? new VectorDataViewType(parent._maps[i].OutputType, vector.Dimensions)
                : parent._maps[i].OutputType;
            var annotations = new DataViewSchema.Annotations.Builder();
            parent._maps[i].AddKeyValues(annotations, source, parent._textAnnotations[i]);
            annotations.Add(source.Annotations, kind => kind == AnnotationUtils.Kinds.SlotNames);
            return new DataViewSchema.DetachedColumn(name, type, annotations.ToAnnotations());
        }
    }
}
