using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: LoadableClass(
    typeof(ImageResizingTransformer), null, typeof(SignatureLoadModel), "Image Resizer Transform", ImageResizingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms.Image;

/// <summary>Resizes pictures; one that has the size already is handed on as it is, not as a copy.</summary>
public sealed class ImageResizingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "ImageScalerTransform";

    private readonly ImageResizingEstimator.ColumnOptions[] _columns;

    internal ImageResizingTransformer(IHostEnvironment env, params ImageResizingEstimator.ColumnOptions[] columns)
        : base(env.Register("ImageScaler"), columns.Select(column => (column.Name, column.InputColumnName)).ToArray())
        => _columns = columns;

    private ImageResizingTransformer(IHost host, ModelLoadContext ctx) : base(host, ctx)
    {
        _columns = new ImageResizingEstimator.ColumnOptions[ColumnPairs.Length];
        for (var i = 0; i < _columns.Length; i++)
        {
            var (width, height) = (ctx.Reader.ReadInt32(), ctx.Reader.ReadInt32());
            var kind = (ImageResizingEstimator.ResizingKind)ctx.Reader.ReadByte();
            var anchor = (ImageResizingEstimator.Anchor)ctx.Reader.ReadByte();
            Contracts.CheckDecode(width > 0 && height > 0 && Enum.IsDefined(kind) && Enum.IsDefined(anchor), "Corrupt model file");
            _columns[i] = new(ColumnPairs[i].outputColumnName, width, height, ColumnPairs[i].inputColumnName, kind, anchor);
        }
    }

    internal IReadOnlyCollection<ImageResizingEstimator.ColumnOptions> Columns => _columns;

    private static VersionInfo Version => new(
        modelSignature: "IMGSCALF",
        verWrittenCur: 0x00010003,
        verReadableCur: 0x00010003,
        verWeCanReadBack: 0x00010003,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(ImageResizingTransformer).Assembly.FullName);

    private static ImageResizingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new ImageResizingTransformer(env.Register("ImageScaler"), ctx);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        SaveColumns(ctx);
        foreach (var column in _columns)
        {
            ctx.Writer.Write(column.ImageWidth);
            ctx.Writer.Write(column.ImageHeight);
            ctx.Writer.Write((byte)column.Resizing);
            ctx.Writer.Write((byte)column.Anchor);
        }
    }

    private protected override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol)
    {
        if (inputSchema[srcCol].Type is not ImageDataViewType)
            throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", _columns[col].InputColumnName, "image", inputSchema[srcCol].Type.ToString());
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private sealed class Mapper : OneToOneMapperBase
    {
        private readonly ImageResizingTransformer _parent;

        public Mapper(ImageResizingTransformer parent, DataViewSchema inputSchema) : base(parent.Host.Register(nameof(Mapper)), parent, inputSchema)
            => _parent = parent;

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore()
            => _parent._columns.Select(column => new DataViewSchema.DetachedColumn(column.Name, column.Type)).ToArray();

        protected override Delegate MakeGetter(DataViewRow input, int iinfo, Func<int, bool> activeOutput, out Action disposer)
        {
            disposer = null;
            var options = _parent._columns[iinfo];
            var getSource = input.GetGetter<MLImage>(input.Schema[ColMapNewToOld[iinfo]]);
            MLImage source = null;
            ValueGetter<MLImage> getter = (ref MLImage value) =>
            {
                // The source of the row before is disposed of by the getter that made it.
                value?.Dispose();
                getSource(ref source);
                if (source is null)
                    return;
                if (source.Height == options.ImageHeight && source.Width == options.ImageWidth)
                {
                    value = source;
                    return;
                }
                value = source.CloneWithResizing(options.ImageWidth, options.ImageHeight, options.Mode);
                value.Tag = source.Tag;
            };
            return getter;
        }
    }
}
