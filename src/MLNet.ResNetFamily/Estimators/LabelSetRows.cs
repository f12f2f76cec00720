using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>Gathers what training needs from data whose images may show several classes.</summary>
internal static class LabelSetRows
{
    /// <summary>Reads the rows to train with; one without labels shows none of the classes.</summary>
    /// <param name="data">The data.</param>
    /// <param name="image">The image column.</param>
    /// <param name="labelColumn">The label column.</param>
    /// <param name="labels">Its classes.</param>
    /// <param name="preprocessing">What is done to each image later.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentException">The rows show fewer than two classes.</exception>
    /// <exception cref="InvalidDataException">A row of a column of pixel values holds something else than pixel values.</exception>
    public static TrainingImages ReadTraining(
        IDataView data, ImageColumn image, LabelSetColumn labelColumn, ClassLabels labels, Preprocessing preprocessing,
        CancellationToken cancellationToken)
    {
        var images = Read(data, image, labelColumn, labels, preprocessing, unknown: null, cancellationToken);
        return images.ShownClassCount >= 2 ? images : throw new ArgumentException(
            $"The {images.Items.Count} rows of the training set show {images.ShownClassCount} classes in label column " +
            $"'{labelColumn.Column.Name}', but training needs at least two. Add images of another class.");
    }

    /// <summary>Reads the rows to measure with; each of their classes must be one of the training set, whose key may be another.</summary>
    /// <inheritdoc cref="ReadTraining"/>
    /// <exception cref="ArgumentException">There is no row, or one has a class that the training set lacks.</exception>
    public static TrainingImages ReadValidation(
        IDataView data, ImageColumn image, LabelSetColumn labelColumn, ClassLabels labels, Preprocessing preprocessing,
        CancellationToken cancellationToken)
    {
        var unknown = new SortedSet<string>(StringComparer.Ordinal);
        var images = Read(data, image, labelColumn, labels, preprocessing, unknown, cancellationToken);
        if (unknown.Count > 0)
            throw TrainingRows.UnknownInValidation(unknown, labelColumn.Column.Name, labels);
        return images.Items.Count > 0 ? images : throw TrainingRows.NoValidationRows();
    }

    private static TrainingImages Read(
        IDataView data, ImageColumn image, LabelSetColumn labelColumn, ClassLabels labels, Preprocessing preprocessing,
        SortedSet<string>? unknown, CancellationToken cancellationToken)
    {
        var numbers = labels.Names.Index().ToDictionary(c => c.Item, c => c.Index);
        var items = new ImageItems();
        var sets = new List<int[]>();
        using var cursor = data.GetRowCursor([data.Schema[image.Index], labelColumn.Column]);
        var (readImage, readLabels) = (image.CreateReader(cursor), labelColumn.CreateReader(cursor));
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var names = readLabels();
            unknown?.UnionWith(names.Where(name => !numbers.ContainsKey(name)));
            items.Add(TrainingRows.Kept(readImage(), image, preprocessing));
            sets.Add([.. names.Where(numbers.ContainsKey).Select(name => numbers[name]).Order()]);
        }
        return TrainingImages.MultiLabel(items, sets, labels.Count) with { ClassNames = labels.Names };
    }
}
