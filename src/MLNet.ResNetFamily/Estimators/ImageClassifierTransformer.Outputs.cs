using Microsoft.ML;

namespace MLNet.ResNetFamily;

// The columns that a classifier adds.
public sealed partial class ImageClassifierTransformer
{
    /// <summary>The columns that it adds to data.</summary>
    internal IReadOnlyList<OutputColumn> Outputs(DataViewSchema input, ScoringOptions scoring) => Outputs(input, scoring, _thresholds);

    /// <summary>The same, with other thresholds where an image may get several labels.</summary>
    internal IReadOnlyList<OutputColumn> Outputs(DataViewSchema input, ScoringOptions scoring, IReadOnlyList<float>? thresholds)
    {
        var scoreSet = Annotations.NextScoreSet(input);
        IEnumerable<OutputColumn> ofScores =
        [
            OutputColumn.Vector(
                _columns.Score, _labels.Count, Annotations.OfScore(
                    _labels, scoreSet, IsMultiLabel ? Annotations.MultiLabelClassification : Annotations.MulticlassClassification)),
            thresholds is null ? PredictedLabel(scoreSet) : PredictedLabels(scoreSet, thresholds),
            .. TopColumns(scoring.TopK),
        ];
        if (!scoring.Heatmap)
            return [.. ofScores];
        return
        [
            .. ofScores.Select(column => column.Over(.._labels.Count)),
            OutputColumn.Square(ImageClassifierColumns.Heatmap, Preprocessing.ImageSize).Over(_labels.Count..),
        ];
    }

    private OutputColumn PredictedLabel(uint scoreSet)
    {
        var kind = Annotations.MulticlassClassification;
        return _columns.PredictedLabelIsText
            ? OutputColumn.NameOfHighest(
                _columns.PredictedLabel, _labels.Names, Annotations.OfPredictedLabel(labels: null, scoreSet, kind))
            : OutputColumn.HighestAsKey(_columns.PredictedLabel, _labels.Count, Annotations.OfPredictedLabel(_labels, scoreSet, kind));
    }

    private IEnumerable<OutputColumn> TopColumns(int topK)
    {
        var count = Math.Min(topK, _labels.Count);
        return count == 0
            ? []
            : [
                OutputColumn.NamesOfHighest(ImageClassifierColumns.TopLabels, count, _labels.Names),
                OutputColumn.Highest(ImageClassifierColumns.TopProbabilities, count),
            ];
    }
}
