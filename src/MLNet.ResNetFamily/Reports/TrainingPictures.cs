using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>What a report shows of the training data.</summary>
/// <param name="CountsByClass">Pictures of each class.</param>
/// <param name="Samples">A few pictures as training saw them.</param>
internal sealed record TrainingPictures(IReadOnlyList<int> CountsByClass, IReadOnlyList<AugmentedSample> Samples)
{
    private const int SampleCount = 6;

    /// <summary>Counts the classes and varies a few pictures as the recipe says.</summary>
    /// <param name="classifier">The trained model.</param>
    /// <param name="data">The training data as the classifier gets them.</param>
    /// <param name="options">The recipe, and where the labels are.</param>
    public static TrainingPictures Read(ImageClassifierTransformer classifier, IDataView data, ReportOptions options)
    {
        var label = LabelColumn.Find(data.Schema, options.LabelColumnName, classifier.ClassNames);
        var image = ImageColumn.Find(data.Schema, classifier.Columns.Image);
        var augmentation = options.Recipe is { Augmentation: { } varied } ? new Augmentation(classifier.Preprocessing, varied) : null;
        var counts = new int[classifier.ClassNames.Count];
        var samples = new List<AugmentedSample>();
        using var cursor = data.GetRowCursor([label.Column, data.Schema[image.Index]]);
        var (readLabel, readImage) = (label.CreateReader(cursor), image.CreateReader(cursor));
        while (cursor.MoveNext())
        {
            var index = readLabel();
            // The first picture of each class that can be read.
            if (augmentation is not null && samples.Count < SampleCount && samples.All(sample => sample.Label != classifier.ClassNames[index])
                && AugmentedSample.Make(readImage(), classifier, augmentation, classifier.ClassNames[index], options.Recipe!.EffectiveSeed) is { } sample)
            {
                samples.Add(sample);
            }
            counts[index]++;
        }
        return new(counts, samples);
    }
}
