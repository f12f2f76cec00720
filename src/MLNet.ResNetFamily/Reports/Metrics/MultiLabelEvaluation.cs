using System.Diagnostics;
using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>What a model that may give an image several labels answered for labeled data, without the images.</summary>
/// <param name="Answers">The answers, beside the labels.</param>
/// <param name="Metrics">How good they are.</param>
/// <param name="Skipped">The images that could not be read.</param>
/// <param name="Seconds">Time for reading and scoring.</param>
internal sealed record MultiLabelEvaluation(
    LabelSetScores Answers, MultiLabelClassificationMetrics Metrics, IReadOnlyList<BadImage> Skipped, double Seconds)
{
    /// <summary>Scores data; images that cannot be read are skipped while it does.</summary>
    /// <param name="model">A classifier that may give an image several labels, or a chain with one.</param>
    /// <param name="data">With the model's input and the label column.</param>
    /// <param name="labelColumnName">The labels, a vector of keys or of text.</param>
    /// <param name="onRow">Is told after each row how many were read; null for none. What it throws ends the scoring.</param>
    /// <param name="scoring">How to score; null for the way of the model. The model's own stays as it is.</param>
    /// <exception cref="ArgumentException">The label column is missing, of another type, or names an unknown class.</exception>
    /// <exception cref="InvalidDataException">No image can be read.</exception>
    public static MultiLabelEvaluation Of(
        ITransformer model, IDataView data, string labelColumnName, Action<long>? onRow = null, ScoringOptions? scoring = null)
    {
        var watch = Stopwatch.StartNew();
        var classifier = ClassifierFinder.Of(model);
        var skipped = new BadImageList();
        var scored = ClassifierFinder.Transform(
            model, data, (scoring ?? classifier.Scoring) with { OnBadImage = OnBadImage.Skip, BadImages = skipped });
        var answers = LabelSetScores.Read(scored, labelColumnName, classifier.Columns.Score, classifier.ClassNames, onRow);
        return answers.Scores.Count > 0
            ? new(answers, answers.Scores.Metrics(classifier.ClassNames, classifier.Thresholds!), skipped, watch.Elapsed.TotalSeconds)
            : throw new InvalidDataException(
                $"None of the images can be read. The first one: {skipped.FirstOrDefault()?.Reason ?? "there is no row"}");
    }
}
