using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: LoadableClass(
    typeof(ImagePixelExtractingTransformer), null, typeof(SignatureLoadModel), "Image Pixel Extractor Transform", ImagePixelExtractingTransformer.LoaderSignature)]

namespace Microsoft.ML.Transforms.Image;

/// <summary>Turns pictures of one known size into vectors of floats or bytes.</summary>
public sealed class ImagePixelExtractingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "ImagePixelExtractor";

    private readonly ImagePixelExtractingEstimator.ColumnOptions[] _columns;

    internal ImagePixelExtractingTransformer(IHostEnvironment env, params ImagePixelExtractingEstimator.ColumnOptions[] columns)
        : base(env.Register("ImagePixelExtractor"), columns.Select(column => (column.Name, column.InputColumnName)).ToArray())
        => _columns = columns;

    private ImagePixelExtractingTransformer(IHost host, ModelLoadContext ctx) : base(host, ctx)
        => _columns = ColumnPairs.Select(pair => new ImagePixelExtractingEstimator.ColumnOptions(pair.outputColumnName, pair.inputColumnName, ctx)).ToArray();

    internal IReadOnlyCollection<ImagePixelExtractingEstimator.ColumnOptions> Columns => _columns;

    private static VersionInfo Version => new(
        modelSignature: "IMGPXEXT",
        verWrittenCur: 0x00010003,
        verReadableCur: 0x00010002,
        verWeCanReadBack: 0x00010003,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(ImagePixelExtractingTransformer).Assembly.FullName);

    private static ImagePixelExtractingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new ImagePixelExtractingTransformer(env.Register("ImagePixelExtractor"), ctx);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        SaveColumns(ctx);
        foreach (var column in _columns)
            column.Save(ctx);
    }

    private protected override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol)
    {
        var name = _columns[col].InputColumnName;
        if (inputSchema[srcCol].Type is not ImageDataViewType image)
            throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", name, "image", inputSchema[srcCol].Type.ToString());
        if (image.Height <= 0 || image.Width <= 0)
            throw Host.ExceptSchemaMismatch(nameof(inputSchema), "input", name, "known-size image", "unknown-size image");
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private sealed class Mapper : OneToOneMapperBase
    {
        private readonly ImagePixelExtractingTransformer _parent;

        public Mapper(ImagePixelExtractingTransformer parent, DataViewSchema inputSchema) : base(parent.Host.Register(nameof(Mapper)), parent, inputSchema)
            => _parent = parent;

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore()
            => _parent._columns.Select((column, i) => new DataViewSchema.DetachedColumn(column.Name, column.TypeFor(SourceType(i)))).ToArray();

        protected override Delegate MakeGetter(DataViewRow input, int iinfo, Func<int, bool> activeOutput, out Action disposer)
        {
            var options = _parent._columns[iinfo];
            var values = Enumerable.Range(0, 256);
            return options.OutputAsFloatArray
                ? MakeGetter(input, iinfo, values.Select(value => (value - options.OffsetImage) * options.ScaleImage).ToArray(), out disposer)
                : MakeGetter(input, iinfo, values.Select(value => (byte)value).ToArray(), out disposer);
        }

        /// <summary>The table says what becomes of a byte of the picture.</summary>
        private ValueGetter<VBuffer<TValue>> MakeGetter<TValue>(DataViewRow input, int iinfo, TValue[] table, out Action disposer)
        {
            var options = _parent._columns[iinfo];
            var type = SourceType(iinfo);
            var area = type.Height * type.Width;
            var channels = options.Channels;
            var (pixelStep, planeStep) = options.InterleavePixelColors ? (channels.Length, 1) : (1, area);
            var getSource = input.GetGetter<MLImage>(input.Schema[ColMapNewToOld[iinfo]]);
            MLImage source = null;
            disposer = () => source?.Dispose();
            return (ref VBuffer<TValue> value) =>
            {
                getSource(ref source);
                if (source is null)
                {
                    // As many zeros as the type says, stored as none.
                    value = VBufferEditor.Create(ref value, channels.Length * area, 0).Commit();
                    return;
                }
                Contracts.Check(source.Height == type.Height && source.Width == type.Width, "The image has another size than its type says.");
                var editor = VBufferEditor.Create(ref value, channels.Length * area);
                var pixels = source.Pixels;
                for (var plane = 0; plane < channels.Length; plane++)
                {
                    var from = (channels[plane], source.PixelFormat) switch
                    {
                        ('R', MLPixelFormat.Rgba32) or ('B', MLPixelFormat.Bgra32) => 0,
                        ('G', _) => 1,
                        ('A', _) => 3,
                        _ => 2,
                    };
                    var to = plane * planeStep;
                    for (; from < pixels.Length; from += 4, to += pixelStep)
                        editor.Values[to] = table[pixels[from]];
                }
                value = editor.Commit();
            };
        }

        private ImageDataViewType SourceType(int pair) => (ImageDataViewType)InputSchema[ColMapNewToOld[pair]].Type;
    }
}
