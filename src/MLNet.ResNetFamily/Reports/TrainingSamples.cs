using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>What a report shows of the training data.</summary>
/// <param name="CountsByClass">Images of each class.</param>
/// <param name="Samples">A few images as training saw them.</param>
internal sealed record TrainingSamples(IReadOnlyList<int> CountsByClass, IReadOnlyList<AugmentedSample> Samples)
{
    private const int SampleCount = 6;

    /// <summary>Counts the classes and varies a few images as the options say.</summary>
    /// <param name="classifier">The trained model.</param>
    /// <param name="data">The training data as the classifier gets them.</param>
    /// <param name="options">The options, and where the labels are.</param>
    public static TrainingSamples Read(IImageClassifier classifier, IDataView data, ReportOptions options)
    {
        var label = LabelColumn.Find(data.Schema, options.LabelColumnName, classifier.ClassNames);
        var image = ImageColumn.Find(data, classifier.Columns.Image, classifier.Members[0].Preprocessing.Channels);
        var augmentation = options.Options is { Augmentation: { } varied }
            ? new Augmentation(classifier.Members[0].Preprocessing, varied)
            : null;
        var counts = new int[classifier.ClassNames.Count];
        var samples = new List<AugmentedSample>();
        using var cursor = data.GetRowCursor([label.Column, data.Schema[image.Index]]);
        var (readLabel, readImage) = (label.CreateReader(cursor), image.CreateReader(cursor));
        while (cursor.MoveNext())
        {
            var index = readLabel();
            // The first image of each class that can be read.
            if (augmentation is not null && samples.Count < SampleCount
                && samples.All(sample => sample.Label != classifier.ClassNames[index])
                && AugmentedSample.Make(
                    readImage(), classifier, augmentation, classifier.ClassNames[index], options.Options!.EffectiveSeed) is { } sample)
            {
                samples.Add(sample);
            }
            counts[index]++;
        }
        return new(counts, samples);
    }
}
