using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(ColumnSelectingTransformer), null, typeof(SignatureLoadModel), "Select Columns Transform", ColumnSelectingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms;

public sealed class ColumnSelectingEstimator : TrivialEstimator<ColumnSelectingTransformer>
{
    internal ColumnSelectingEstimator(IHostEnvironment env, string[] columns, bool keep, bool keepHidden)
        : base(env.Register(nameof(ColumnSelectingEstimator)), new ColumnSelectingTransformer(env, columns, keep, keepHidden, false))
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        Transformer.CheckColumns(inputSchema.Select(column => column.Name));
        return new SchemaShape(inputSchema.Where(column => Transformer.Selects(column.Name)));
    }
}

public sealed class ColumnSelectingTransformer : ITransformer
{
    internal const string LoaderSignature = "SelectColumnsTransform";

    private static readonly VersionInfo Version = new(
        modelSignature: "SELCOLST",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(ColumnSelectingTransformer).Assembly.FullName,
        loaderSignature: LoaderSignature);

    private readonly IHost _host;
    private readonly string[] _columns;
    private readonly bool _keep;
    private readonly bool _keepHidden;
    private readonly bool _ignoreMissing;

    internal ColumnSelectingTransformer(IHostEnvironment env, string[] columns, bool keep, bool keepHidden, bool ignoreMissing)
    {
        Contracts.Check(columns is { Length: > 0 }, "Neither keepColumns and dropColumns is set. Exactly one must be specified.");
        _host = env.Register(nameof(ColumnSelectingTransformer));
        _columns = columns;
        _keep = keep;
        _keepHidden = keepHidden;
        _ignoreMissing = ignoreMissing;
    }

    bool ITransformer.IsRowToRowMapper => true;

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return Select(new EmptyDataView(inputSchema)).Schema;
    }

    public IDataView Transform(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        return Select(input);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return Select(new EmptyDataView(inputSchema));
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(Version);
        ctx.Writer.Write(_keep);
        ctx.Writer.Write(_keepHidden);
        ctx.Writer.Write(_ignoreMissing);
        ctx.Writer.Write(_columns.Length);
        foreach (var column in _columns)
            ctx.SaveNonEmptyString(column);
    }

    internal bool Selects(string name) => _columns.Contains(name) == _keep;

    internal void CheckColumns(IEnumerable<string> available)
    {
        var missing = _ignoreMissing ? [] : _columns.Except(available).ToArray();
        if (missing.Length > 0)
            throw _host.ExceptSchemaMismatch("inputSchema", "input", string.Join(",", missing));
    }

    private static ColumnSelectingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        var keep = ctx.Reader.ReadBoolean();
        var keepHidden = ctx.Reader.ReadBoolean();
        var ignoreMissing = ctx.Reader.ReadBoolean();
        var columns = new string[ctx.Reader.ReadInt32()];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = ctx.LoadNonEmptyString();
        return new ColumnSelectingTransformer(env, columns, keep, keepHidden, ignoreMissing);
    }

    private SelectedColumnsView Select(IDataView input)
    {
        CheckColumns(input.Schema.Select(column => column.Name));
        var kept = _keep
            ? _columns.SelectMany(name => input.Schema.Where(column => column.Name == name && (_keepHidden || !column.IsHidden)))
            : input.Schema.Where(column => Selects(column.Name));
        return new SelectedColumnsView(input, kept.Select(column => column.Index).ToArray());
    }
}
