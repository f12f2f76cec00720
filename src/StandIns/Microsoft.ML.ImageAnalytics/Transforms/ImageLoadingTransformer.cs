using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

[assembly: LoadableClass(
    typeof(Microsoft.ML.Data.ImageLoadingTransformer), null, typeof(SignatureLoadModel), "", Microsoft.ML.Data.ImageLoadingTransformer.LoaderSignature)]

namespace Microsoft.ML.Data;

/// <summary>Reads the files that a text column names: as pictures, or as bytes.</summary>
public sealed class ImageLoadingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "ImageLoaderTransform";

    public readonly string ImageFolder;

    private readonly bool _asImages;

    internal ImageLoadingTransformer(IHostEnvironment env, string imageFolder, bool asImages, params (string outputColumnName, string inputColumnName)[] columns)
        : base(env.Register(nameof(ImageLoadingTransformer)), columns)
    {
        if (!string.IsNullOrEmpty(imageFolder))
        {
            ImageFolder = Directory.Exists(imageFolder)
                ? Path.GetFullPath(imageFolder)
                : throw new ArgumentException($"Directory \"{imageFolder}\" does not exist.");
        }
        _asImages = asImages;
    }

    private ImageLoadingTransformer(IHost host, ModelLoadContext ctx) : base(host, ctx)
    {
        ImageFolder = ctx.LoadStringOrNull();
        _asImages = ctx.Reader.ReadBoolean();
    }

    internal IReadOnlyCollection<(string outputColumnName, string inputColumnName)> Columns => ColumnPairs;

    private static VersionInfo Version => new(
        modelSignature: "IMGLOADR",
        verWrittenCur: 0x00010003,
        verReadableCur: 0x00010003,
        verWeCanReadBack: 0x00010003,
        loaderSignature: LoaderSignature,
        loaderAssemblyName: typeof(ImageLoadingTransformer).Assembly.FullName);

    private static ImageLoadingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        return new ImageLoadingTransformer(env.Register(nameof(ImageLoadingTransformer)), ctx);
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.CheckAtModel();
        ctx.SetVersionInfo(Version);
        SaveColumns(ctx);
        ctx.SaveStringOrNull(ImageFolder);
        ctx.Writer.Write(_asImages);
    }

    private protected override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol)
    {
        if (inputSchema[srcCol].Type is not TextDataViewType)
        {
            throw Host.ExceptSchemaMismatch(
                nameof(inputSchema), "input", ColumnPairs[col].inputColumnName, TextDataViewType.Instance.ToString(), inputSchema[srcCol].Type.ToString());
        }
    }

    private protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    private sealed class Mapper : OneToOneMapperBase
    {
        private readonly ImageLoadingTransformer _parent;

        public Mapper(ImageLoadingTransformer parent, DataViewSchema inputSchema) : base(parent.Host.Register(nameof(Mapper)), parent, inputSchema)
            => _parent = parent;

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore()
        {
            DataViewType type = _parent._asImages ? new ImageDataViewType() : new VectorDataViewType(NumberDataViewType.Byte);
            return _parent.ColumnPairs.Select(pair => new DataViewSchema.DetachedColumn(pair.outputColumnName, type)).ToArray();
        }

        protected override Delegate MakeGetter(DataViewRow input, int iinfo, Func<int, bool> activeOutput, out Action disposer)
        {
            var getPath = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[ColMapNewToOld[iinfo]]);
            disposer = null;
            return _parent._asImages ? ImageGetter(getPath, out disposer) : BytesGetter(getPath);
        }

        private ValueGetter<MLImage> ImageGetter(ValueGetter<ReadOnlyMemory<char>> getPath, out Action disposer)
        {
            ReadOnlyMemory<char> name = default;
            MLImage last = null;
            disposer = () => last?.Dispose();
            return (ref MLImage value) =>
            {
                value?.Dispose();
                value = null;
                getPath(ref name);
                if (name.Length > 0)
                {
                    var path = FullPath(name);
                    var bytes = File.ReadAllBytes(path);
                    value = MLImage.CreateFromStream(new MemoryStream(bytes, 0, bytes.Length, writable: false, publiclyVisible: true));
                    value.Tag = path;
                }
                last = value;
            };
        }

        private ValueGetter<VBuffer<byte>> BytesGetter(ValueGetter<ReadOnlyMemory<char>> getPath)
        {
            ReadOnlyMemory<char> name = default;
            return (ref VBuffer<byte> value) =>
            {
                getPath(ref name);
                if (name.Length == 0)
                {
                    value = VBufferEditor.Create(ref value, 0).Commit();
                    return;
                }
                using var file = File.OpenRead(FullPath(name));
                var editor = VBufferEditor.Create(ref value, checked((int)file.Length));
                file.ReadExactly(editor.Values);
                value = editor.Commit();
            };
        }

        private string FullPath(ReadOnlyMemory<char> name)
            => string.IsNullOrWhiteSpace(_parent.ImageFolder) ? name.ToString() : Path.Combine(_parent.ImageFolder, name.ToString());
    }
}
