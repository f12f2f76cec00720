using Microsoft.ML;

namespace MLNet.ResNetFamily;

// What a classifier does that may give an image several labels (ImageClassifierTrainer.Options.MultiLabel).
public sealed partial class ImageClassifierTransformer
{
    private float[]? _thresholds;

    /// <summary>
    /// Whether an image may get several labels, or none (<see cref="ImageClassifierTrainer.Options.MultiLabel"/>): each class then has a
    /// probability of its own, and the predicted labels are a vector.
    /// </summary>
    public bool IsMultiLabel => _activation == OutputActivation.Sigmoid;

    /// <summary>
    /// The probability from which on an image gets the label of each class, in the order of <see cref="ClassNames"/>; null unless
    /// <see cref="IsMultiLabel"/>. A training sets them to those of the highest F1 on its validation data, or to 0.5 where it has none;
    /// they are saved with the model. One that is set counts for data that are transformed afterwards.
    /// </summary>
    /// <exception cref="ArgumentException">There is not one for each class, or one is not from 0 to 1.</exception>
    /// <exception cref="InvalidOperationException">The classifier gives an image one label.</exception>
    public IReadOnlyList<float>? Thresholds
    {
        get => _thresholds;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (!IsMultiLabel)
                throw new InvalidOperationException("The classifier gives each image one label and has no thresholds.");
            if (value.Count != ClassNames.Count || !value.All(threshold => threshold is >= 0 and <= 1))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"'Thresholds' is [{string.Join(", ", value)}], but it must be a number from 0 to 1 ") +
                    $"for each of the {ClassNames.Count} classes.", nameof(value));
            }
            _thresholds = [.. value];
        }
    }

    /// <summary>Measures a classifier that may give an image several labels.</summary>
    /// <param name="data">Data with the image column and the label column, best such that the classifier was not trained on.</param>
    /// <param name="labelColumnName">
    /// Name of the label column, a vector of keys or of text; null, the default, for that of the training data.
    /// </param>
    /// <returns>The figures, with the classes in the order of <see cref="ClassNames"/> and at their <see cref="Thresholds"/>.</returns>
    /// <exception cref="ArgumentException">
    /// A column is missing or of a wrong type, or a row has a class that the classifier does not know.
    /// </exception>
    /// <exception cref="InvalidDataException">An image cannot be read, or none can.</exception>
    /// <exception cref="InvalidOperationException">The classifier gives an image one label: <see cref="Evaluate"/> measures it.</exception>
    /// <remarks>With <see cref="OnBadImage.Skip"/> images that cannot be read are left out of every figure.</remarks>
    public MultiLabelClassificationMetrics EvaluateMultiLabel(IDataView data, string? labelColumnName = null) =>
        ClassifierEvaluation.OfLabelSets(this, data, labelColumnName);

    /// <summary>The thresholds of the highest F1 on images.</summary>
    internal float[] BestThresholds(TrainingImages images)
    {
        var scores = new MultiLabelScores(ClassNames.Count);
        foreach (var (index, probabilities) in _transform.Score(images.Items).Index())
        {
            if (!float.IsNaN(probabilities[0]))
                scores.Add(probabilities, images.ClassesOf(index));
        }
        return scores.BestThresholds();
    }

    private OutputColumn PredictedLabels(uint scoreSet, IReadOnlyList<float> thresholds)
    {
        var kind = Annotations.MultiLabelClassification;
        return _columns.PredictedLabelIsText
            ? OutputColumn.NamesFrom(
                _columns.PredictedLabel, thresholds, _labels.Names, Annotations.OfPredictedLabel(labels: null, scoreSet, kind))
            : OutputColumn.KeysFrom(_columns.PredictedLabel, thresholds, Annotations.OfPredictedLabel(_labels, scoreSet, kind));
    }
}
