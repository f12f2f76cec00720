using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Image;

/// <summary>Makes <see cref="ImagePixelExtractingTransformer"/>s; it learns nothing.</summary>
public sealed class ImagePixelExtractingEstimator : TrivialEstimator<ImagePixelExtractingTransformer>
{
    internal ImagePixelExtractingEstimator(IHostEnvironment env, params ColumnOptions[] columns)
        : base(env.Register(nameof(ImagePixelExtractingEstimator)), new ImagePixelExtractingTransformer(env, columns))
    {
    }

    [Flags]
    public enum ColorBits : byte
    {
        Alpha = 0x01,
        Red = 0x02,
        Green = 0x04,
        Blue = 0x08,
        Rgb = Red | Green | Blue,
        All = Alpha | Red | Green | Blue,
    }

    public enum ColorsOrder : byte
    {
        ARGB = 1,
        ARBG = 2,
        ABRG = 3,
        ABGR = 4,
        AGRB = 5,
        AGBR = 6,
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var result = inputSchema.ToDictionary(column => column.Name);
        foreach (var options in Transformer.Columns)
        {
            Host.CheckIsImage(inputSchema, options.InputColumnName);
            result[options.Name] = new SchemaShape.Column(options.Name, SchemaShape.Column.VectorKind.Vector, options.ItemType, false);
        }
        return new SchemaShape(result.Values);
    }

    internal sealed class ColumnOptions
    {
        public readonly string Name;
        public readonly string InputColumnName;
        public readonly ColorBits ColorsToExtract;
        public readonly ColorsOrder OrderOfExtraction;
        public readonly float OffsetImage;
        public readonly float ScaleImage;
        public readonly bool InterleavePixelColors;
        public readonly bool OutputAsFloatArray;

        public ColumnOptions(
            string name, string inputColumnName, ColorBits colorsToExtract, ColorsOrder orderOfExtraction,
            bool interleavePixelColors, float offsetImage, float scaleImage, bool outputAsFloatArray)
        {
            Contracts.CheckNonEmpty(name, nameof(name));
            Contracts.CheckParam((colorsToExtract & ColorBits.All) != 0, nameof(colorsToExtract), "Need to use at least one color plane.");
            Contracts.CheckParam(Enum.IsDefined(orderOfExtraction), nameof(orderOfExtraction), "Is not defined.");
            Name = name;
            InputColumnName = inputColumnName ?? name;
            ColorsToExtract = colorsToExtract;
            OrderOfExtraction = orderOfExtraction;
            InterleavePixelColors = interleavePixelColors;
            OutputAsFloatArray = outputAsFloatArray;
            (OffsetImage, ScaleImage) = outputAsFloatArray ? (offsetImage, scaleImage) : (0, 1);
            Contracts.CheckParam(float.IsFinite(OffsetImage), nameof(offsetImage), "Must be finite.");
            Contracts.CheckParam(float.IsFinite(ScaleImage) && ScaleImage != 0, nameof(scaleImage), "Must be finite and not zero.");
        }

        public ColumnOptions(string name, string inputColumnName, ModelLoadContext ctx)
        {
            Name = name;
            InputColumnName = inputColumnName;
            ColorsToExtract = (ColorBits)ctx.Reader.ReadByte();
            OrderOfExtraction = (ColorsOrder)ctx.Reader.ReadByte();
            OutputAsFloatArray = ctx.Reader.ReadBoolean();
            OffsetImage = ctx.Reader.ReadSingle();
            ScaleImage = ctx.Reader.ReadSingle();
            InterleavePixelColors = ctx.Reader.ReadBoolean();
            Contracts.CheckDecode(
                ColorsToExtract is > 0 and <= ColorBits.All && Enum.IsDefined(OrderOfExtraction) && float.IsFinite(OffsetImage) && float.IsFinite(ScaleImage),
                "Corrupt model file");
        }

        public PrimitiveDataViewType ItemType => OutputAsFloatArray ? NumberDataViewType.Single : NumberDataViewType.Byte;

        /// <summary>The letters of the extracted channels, in their order.</summary>
        public char[] Channels => OrderOfExtraction.ToString().Where(letter => (ColorsToExtract & BitOf(letter)) != 0).ToArray();

        public VectorDataViewType TypeFor(ImageDataViewType image)
            => InterleavePixelColors
                ? new VectorDataViewType(ItemType, image.Height, image.Width, Channels.Length)
                : new VectorDataViewType(ItemType, Channels.Length, image.Height, image.Width);

        public void Save(ModelSaveContext ctx)
        {
            ctx.Writer.Write((byte)ColorsToExtract);
            ctx.Writer.Write((byte)OrderOfExtraction);
            ctx.Writer.Write(OutputAsFloatArray);
            ctx.Writer.Write(OffsetImage);
            ctx.Writer.Write(ScaleImage);
            ctx.Writer.Write(InterleavePixelColors);
        }

        private static ColorBits BitOf(char letter) => letter switch
        {
            'A' => ColorBits.Alpha,
            'R' => ColorBits.Red,
            'G' => ColorBits.Green,
            _ => ColorBits.Blue,
        };
    }
}
