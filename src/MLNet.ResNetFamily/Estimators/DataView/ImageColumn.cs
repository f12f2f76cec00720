using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MLNet.ResNetFamily;

/// <summary>
/// The column that images come from, in one of four types: MLImage, text (paths), vector of Byte (encoded files), vector of Single (pixel
/// planes). Training and scoring read it with the same code.
/// </summary>
internal sealed class ImageColumn
{
    /// <summary>
    /// The columns that are looked for where none is named: what <c>LoadImages</c> and <c>LoadImageFolder</c> are used to give.
    /// </summary>
    private static readonly string[] DefaultNames = ["Image", "ImagePath"];

    private const string FileTypes =
        "MLImage (what LoadImages gives), text (paths of image files), vector of Byte (encoded image files, " +
        "what LoadRawImageBytes gives), ";

    private readonly DataViewSchema.Column _column;
    private readonly Func<DataViewRow, Func<ImageItem>> _makeReader;

    private ImageColumn(DataViewSchema.Column column, Func<DataViewRow, Func<ImageItem>> makeReader)
    {
        _column = column;
        _makeReader = makeReader;
    }

    /// <summary>Place of the column in its schema.</summary>
    public int Index => _column.Index;

    /// <summary>Whether the values are the pixels themselves.</summary>
    public bool HoldsPixels => _column.Type is VectorDataViewType { ItemType: var item } && item == NumberDataViewType.Single;

    /// <summary>The same of data; where they lack the column, the message says what became of it.</summary>
    /// <inheritdoc cref="Find(DataViewSchema, string?, int)"/>
    public static ImageColumn Find(IDataView data, string? wanted, int channels = 3) =>
        Find(data.Schema, wanted, channels, () => DroppedColumn.Explain(data, wanted is null ? DefaultNames : [wanted]));

    /// <summary>Finds the column and sees how to read it.</summary>
    /// <param name="schema">The data's schema.</param>
    /// <param name="wanted">Name of the column; null for the first of <c>Image</c> and <c>ImagePath</c> that the data have.</param>
    /// <param name="channels">Channels that the network takes; files have those of colors, of which gray can be made.</param>
    /// <exception cref="ArgumentException">There is no such column, or it has none of the four types.</exception>
    public static ImageColumn Find(DataViewSchema schema, string? wanted, int channels = 3) => Find(schema, wanted, channels, () => "");

    private static ImageColumn Find(DataViewSchema schema, string? wanted, int channels, Func<string> explain)
    {
        var name = Choose(wanted, schema.Where(c => !c.IsHidden).Select(c => c.Name), explain);
        var column = schema[name];
        return column.Type switch
        {
            VectorDataViewType { IsKnownSize: true } vector when vector.ItemType == NumberDataViewType.Single =>
                Planes(column, vector, channels),
            var other when channels is not (1 or 3) => throw WrongType(name, other.ToString()!, channels),
            TextDataViewType => new(column, row => ReadPaths(row, column)),
            ImageDataViewType => new(column, row => ReadImages(row, column)),
            VectorDataViewType { ItemType: var item } when item == NumberDataViewType.Byte => new(column, row => ReadBytes(row, column)),
            var other => throw WrongType(name, other.ToString()!, channels),
        };
    }

    /// <summary>As far as an estimator's schema tells, the same check.</summary>
    /// <inheritdoc cref="Find(DataViewSchema, string?, int)"/>
    public static void Check(SchemaShape schema, string? wanted, int channels = 3)
    {
        var name = Choose(wanted, schema.Select(c => c.Name), () => DroppedColumn.Hint);
        var column = schema.First(c => c.Name == name);
        var isScalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
        var accepted = !column.IsKey && column.ItemType switch
        {
            TextDataViewType or ImageDataViewType => isScalar && channels is (1 or 3),
            var item when item == NumberDataViewType.Byte => !isScalar && channels is (1 or 3),
            var item when item == NumberDataViewType.Single => column.Kind == SchemaShape.Column.VectorKind.Vector,
            _ => false,
        };
        if (!accepted)
            throw WrongType(name, $"{(isScalar ? "" : $"{column.Kind} of ")}{(column.IsKey ? "Key of " : "")}{column.ItemType}", channels);
    }

    private static string Choose(string? wanted, IEnumerable<string> found, Func<string> explain)
    {
        var names = found.ToArray();
        return (wanted is null ? DefaultNames : [wanted]).FirstOrDefault(names.Contains)
            ?? throw new ArgumentException(
                (wanted is null ? NoDefaultColumn(names) : MissingColumn(wanted, names, "ImageColumnName").Message) + explain());
    }

    private static string NoDefaultColumn(string[] found) =>
        $"The data have neither a column '{DefaultNames[0]}' nor a column '{DefaultNames[1]}'. They have: " +
        $"{ListText.Quoted(found)}. Name the image column in the option 'ImageColumnName'.";

    /// <summary>Says that a column is not there, and which are.</summary>
    public static ArgumentException MissingColumn(string name, IEnumerable<string> found, string option) => new(
        $"The data have no column '{name}'. They have: {ListText.Quoted(found)}. Name one of them in the option '{option}'.");

    /// <summary>What of a preprocessing this column has no use for, in words; null for nothing.</summary>
    public string? Note(Preprocessing preprocessing) =>
        preprocessing.AppliesExifOrientation && (HoldsPixels || _column.Type is ImageDataViewType)
            ? $"The images of column '{_column.Name}' are decoded already: they have no EXIF orientation any more, and stay as they are."
            : null;

    /// <summary>Reads the image of the row that a cursor stands on; what is read stays valid when the cursor moves on.</summary>
    /// <param name="row">A row or cursor on which the column is active.</param>
    public Func<ImageItem> CreateReader(DataViewRow row) => _makeReader(row);

    private static ArgumentException WrongType(string name, string found, int channels) => new(
        $"Column '{name}' has the type {found}, but an image column must be {Accepted(channels)}. " +
        "Convert it, or name another column in the option 'ImageColumnName'.");

    private static string Accepted(int channels) => channels switch
    {
        3 => FileTypes +
            "or vector of Single with the fixed size 3·H·W (planes of red, green and blue from 0 to 255, what ExtractPixels gives)",
        1 => FileTypes + "or vector of Single with the fixed size H·W (a plane of gray from 0 to 255) or 3·H·W (of red, green and blue)",
        _ => $"a vector of Single with the fixed size {channels}·H·W (planes from 0 to 255) for a network of {channels} channels",
    };

    private static ImageColumn Planes(DataViewSchema.Column column, VectorDataViewType type, int channels)
    {
        int[] possible = channels == 1 ? [1, 3] : [channels];
        foreach (var count in possible)
        {
            if (PlaneSize(type, count) is { } size)
                return new(column, row => ReadPlanes(row, column, size, count));
        }
        throw WrongType(column.Name, type.ToString(), channels);
    }

    private static (int Width, int Height)? PlaneSize(VectorDataViewType type, int count)
    {
        if (type.Dimensions is [var planes, var height, var width])
            return planes == count ? (width, height) : null;
        if (count == 1 && type.Dimensions is [var rows, var columns])
            return (columns, rows);
        var side = (int)Math.Round(Math.Sqrt((double)type.Size / count));
        return type.Dimensions.Length == 1 && count * side * side == type.Size ? (side, side) : null;
    }

    private static Func<ImageItem> ReadPaths(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> path = default;
        return Guarded(row, column, () =>
        {
            getter(ref path);
            return path.Span.IsWhiteSpace()
                ? new UnreadableImage(RowName(row), $"Column '{column.Name}' holds no path.")
                : new ImageFile(path.ToString());
        });
    }

    private static Func<ImageItem> ReadBytes(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<byte>>(column);
        VBuffer<byte> bytes = default;
        return Guarded(row, column, () =>
        {
            getter(ref bytes);
            return bytes.Length == 0
                ? new UnreadableImage(RowName(row), $"Column '{column.Name}' holds no bytes.")
                : new EncodedImage([.. bytes.DenseValues()], RowName(row));
        });
    }

    private static Func<ImageItem> ReadImages(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<MLImage?>(column);
        // The getter of the step before disposes of the image that it is handed, so the same variable is handed over each time.
        MLImage? image = null;
        return Guarded(row, column, () =>
        {
            getter(ref image);
            if (image is null)
                return new UnreadableImage(RowName(row), $"Column '{column.Name}' holds no image.");
            return new DecodedImage(ImageDecoder.FromMLImage(image), string.IsNullOrEmpty(image.Tag) ? RowName(row) : image.Tag);
        });
    }

    private static Func<ImageItem> ReadPlanes(
        DataViewRow row, DataViewSchema.Column column, (int Width, int Height) size, int channels)
    {
        var getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> values = default;
        var planes = new float[channels * size.Width * size.Height];
        return Guarded(row, column, () =>
        {
            getter(ref values);
            values.CopyTo(planes);
            return new DecodedImage(ImageDecoder.FromPlanes(planes, size.Width, size.Height, RowName(row), channels), RowName(row));
        });
    }

    /// <summary>A step before this one that fails on a row costs that row, not the work.</summary>
    private static Func<ImageItem> Guarded(DataViewRow row, DataViewSchema.Column column, Func<ImageItem> read) => () =>
    {
        try
        {
            return read();
        }
        catch (InvalidDataException error)
        {
            return new UnreadableImage(RowName(row), BadImage.From(RowName(row), error).Reason);
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException or ObjectDisposedException))
        {
            if (SkiaSharpMismatch.Explain(error) is { } mismatch)
                throw mismatch;
            return new UnreadableImage(RowName(row), $"Column '{column.Name}' could not be read: {error.Message}");
        }
    };

    private static string RowName(DataViewRow row) => $"row {row.Position}";
}
