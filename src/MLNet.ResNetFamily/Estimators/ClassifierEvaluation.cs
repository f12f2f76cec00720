using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.ResNetFamily;

/// <summary>Measures a classifier with ML.NET's own figures.</summary>
internal static class ClassifierEvaluation
{
    /// <inheritdoc cref="ImageClassifierTransformer.Evaluate"/>
    public static MulticlassClassificationMetrics Of(IImageClassifier classifier, IDataView data, string? labelColumnName, int topK)
    {
        ArgumentNullException.ThrowIfNull(data);
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
            : throw new InvalidDataException(
                "None of the images can be read, so there is nothing to measure. " +
                "Set the scoring option OnBadImage to Throw to see the first reason.");
    }
}
