using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>Measures a classifier: with ML.NET's own figures, or, where an image may get several labels, with those of these.</summary>
internal static class ClassifierEvaluation
{
    /// <inheritdoc cref="ImageClassifierTransformer.Evaluate"/>
    public static MulticlassClassificationMetrics Of(IImageClassifier classifier, IDataView data, string? labelColumnName, int topK)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (classifier.Thresholds is not null)
        {
            throw new InvalidOperationException(
                "The classifier may give an image several labels, which ML.NET's multiclass figures do not measure. " +
                "Call EvaluateMultiLabel.");
        }
        var columns = classifier.Columns;
        labelColumnName ??= columns.Label;
        var scored = LabelKeys.Map(
            classifier.Transform(LabelKeys.MapLabels(data, labelColumnName, classifier.ClassNames)), columns.PredictedLabel,
            classifier.ClassNames);
        var metrics = new MLContext().MulticlassClassification.Evaluate(
            scored, labelColumnName, columns.Score, columns.PredictedLabel, topKPredictionCount: topK);
        // Of no rows at all ML.NET gives a log-loss of 0, as of a perfect model.
        return metrics.ConfusionMatrix.Counts.Any(row => row.Any(count => count > 0))
            ? metrics
            : throw NothingToMeasure();
    }

    /// <inheritdoc cref="ImageClassifierTransformer.EvaluateMultiLabel"/>
    public static MultiLabelClassificationMetrics OfLabelSets(IImageClassifier classifier, IDataView data, string? labelColumnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (classifier.Thresholds is not { } thresholds)
            throw new InvalidOperationException("The classifier gives each image one label. Call Evaluate.");
        var columns = classifier.Columns;
        var scores = LabelSetScores.Read(
            classifier.Transform(data), labelColumnName ?? columns.Label, columns.Score, classifier.ClassNames).Scores;
        return scores.Count > 0 ? scores.Metrics(classifier.ClassNames, thresholds) : throw NothingToMeasure();
    }

    private static InvalidDataException NothingToMeasure() => new(
        "None of the images can be read, so there is nothing to measure. " +
        "Set the scoring option OnBadImage to Throw to see the first reason.");
}
