using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>
/// Gathers what training needs from data: paths stay paths, encoded files stay encoded, decoded images are kept as bytes.
/// </summary>
internal static class TrainingRows
{
    // Decoded images are kept at up to this many times the size that scoring resizes them to: enough for crops, and it bounds memory.
    private const int KeptEnlargement = 2;

    /// <summary>Reads the rows to train with; those without a label are left out.</summary>
    /// <param name="data">The data.</param>
    /// <param name="image">The image column.</param>
    /// <param name="labelColumn">The label column, a key.</param>
    /// <param name="labels">Its classes.</param>
    /// <param name="preprocessing">What is done to each image later.</param>
    /// <param name="log">Takes messages.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException">No row has a label, or all have the same one.</exception>
    /// <exception cref="InvalidDataException">A row of a column of pixel values holds something else than pixel values.</exception>
    public static TrainingImages ReadTraining(
        IDataView data, ImageColumn image, DataViewSchema.Column labelColumn, ClassLabels labels, Preprocessing preprocessing,
        Action<string> log, CancellationToken cancellationToken)
    {
        var unlabeled = 0;
        var images = Read(data, image, labelColumn, labels, preprocessing, ClassOf, cancellationToken);
        if (unlabeled > 0)
            log($"{unlabeled} rows of the training set are left out because column '{labelColumn.Name}' is missing there.");
        if (images.Items.Count == 0)
        {
            throw new ArgumentException(
                $"The training set has no row with a value in label column '{labelColumn.Name}'. Give the trainer at least two images " +
                "of different classes.");
        }
        if (images.ShownClassCount < 2)
        {
            throw new ArgumentException(
                $"All {images.Items.Count} rows of the training set have the label '{labels.Names[images.Labels[0]]}' in column " +
                $"'{labelColumn.Name}', but training needs at least two classes. Add images of another class.");
        }
        return images;

        int? ClassOf(ulong key)
        {
            if (key > 0)
                return (int)key - 1;
            unlabeled++;
            return null;
        }
    }

    /// <summary>
    /// Reads the rows to measure with: one class is enough, and each must be one of the training set, whose key may be another.
    /// </summary>
    /// <param name="data">The data.</param>
    /// <param name="image">The image column.</param>
    /// <param name="labelColumn">The label column, a key.</param>
    /// <param name="labels">The classes of the training set.</param>
    /// <param name="preprocessing">What is done to each image later.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException">There is no row, or one has no class or one that the training set lacks.</exception>
    /// <exception cref="InvalidDataException">A row of a column of pixel values holds something else than pixel values.</exception>
    public static TrainingImages ReadValidation(
        IDataView data, ImageColumn image, DataViewSchema.Column labelColumn, ClassLabels labels, Preprocessing preprocessing,
        CancellationToken cancellationToken)
    {
        var known = labels.Names.Index().ToDictionary(c => c.Item, c => c.Index);
        var names = ClassLabels.Of(labelColumn).Names;
        var (unknown, unlabeled) = (new SortedSet<string>(StringComparer.Ordinal), 0);
        var images = Read(data, image, labelColumn, labels, preprocessing, ClassOf, cancellationToken);
        if (unknown.Count > 0)
            throw UnknownInValidation(unknown, labelColumn.Name, labels);
        if (unlabeled > 0)
        {
            throw new ArgumentException(
                $"Column '{labelColumn.Name}' is missing in {unlabeled} of {unlabeled + images.Items.Count} rows of the validation set, " +
                "as it is where a key does not know the class. Leave such rows out of the validation set, or train with their class.");
        }
        return images.Items.Count > 0
            ? images
            : throw NoValidationRows();

        int? ClassOf(ulong key)
        {
            if (key == 0)
                unlabeled++;
            else if (known.TryGetValue(names[(int)key - 1], out var index))
                return index;
            else
                unknown.Add(names[(int)key - 1]);
            return null;
        }
    }

    /// <summary>Says that a validation set has classes that the training set lacks.</summary>
    public static ArgumentException UnknownInValidation(IEnumerable<string> unknown, string labelColumnName, ClassLabels labels) => new(
        $"The validation set has the class {ListText.Quoted(unknown)} in column '{labelColumnName}', but the training set has " +
        $"only {ListText.Quoted(labels.Names)}. Leave such rows out of the validation set, or train with their class.");

    /// <summary>Says that a validation set is empty.</summary>
    public static ArgumentException NoValidationRows() => new(
        "The validation set has no rows. Give it at least one image, or leave it out.");

    // A row whose class is null is left out.
    private static TrainingImages Read(
        IDataView data, ImageColumn image, DataViewSchema.Column labelColumn, ClassLabels labels, Preprocessing preprocessing,
        Func<ulong, int?> classOf, CancellationToken cancellationToken)
    {
        var items = new ImageItems();
        var classes = new List<int>();
        using var cursor = data.GetRowCursor([data.Schema[image.Index], labelColumn]);
        var (readImage, readKey) = (image.CreateReader(cursor), KeyReader.Of(cursor, labelColumn));
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (classOf(readKey()) is not { } index)
                continue;
            items.Add(Kept(readImage(), image, preprocessing));
            classes.Add(index);
        }
        return new(items, classes, labels.Count) { ClassNames = labels.Names };
    }

    /// <summary>An image as it is kept for the time of a training.</summary>
    /// <exception cref="InvalidDataException">It is a row of pixel values and holds something else.</exception>
    public static ImageItem Kept(ImageItem item, ImageColumn column, Preprocessing preprocessing)
    {
        if (item is UnreadableImage unreadable && column.HoldsPixels)
            throw new InvalidDataException($"'{unreadable.Name}': {unreadable.Reason} Correct or remove the row.");
        if (item is not DecodedImage { Image: var stored, Name: var name })
            return item;
        using var image = item.Decode(DecodeOptions.For(preprocessing, long.MaxValue));

        var side = KeptEnlargement * preprocessing.ResizeSize;
        var shorter = Math.Min(image.Width, image.Height);
        var small = shorter <= side ? null : ImageResizer.Resize(
            image, (int)((long)image.Width * side / shorter), (int)((long)image.Height * side / shorter), preprocessing.Interpolation);
        // The pixels may be rented from a pool and longer than needed; for the time of a training they get an array of their own.
        var kept = (small ?? image).Copy();
        small?.Dispose();
        stored.Dispose();
        return new DecodedImage(kept, name);
    }
}
