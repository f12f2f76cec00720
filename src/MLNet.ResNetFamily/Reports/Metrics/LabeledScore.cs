namespace MLNet.ResNetFamily;

/// <summary>What a model answered for one labeled image.</summary>
/// <param name="Row">Number of the row in the data.</param>
/// <param name="Label">The true class, from 0.</param>
/// <param name="Predicted">The most probable class, from 0.</param>
/// <param name="Confidence">Probability of the most probable class, 0 to 1.</param>
/// <param name="LabelProbability">Probability of the true class, 0 to 1.</param>
/// <param name="LabelRank">How many classes are more probable than the true one.</param>
internal readonly record struct LabeledScore(long Row, int Label, int Predicted, float Confidence, float LabelProbability, int LabelRank)
{
    public bool IsRight => Label == Predicted;

    /// <param name="row">Number of the row.</param>
    /// <param name="label">The true class.</param>
    /// <param name="scores">Probability of each class.</param>
    public static LabeledScore Of(long row, int label, ReadOnlySpan<float> scores)
    {
        var (predicted, rank) = (0, 0);
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] > scores[predicted])
                predicted = i;
            if (scores[i] > scores[label])
                rank++;
        }
        return new(row, label, predicted, scores[predicted], scores[label], rank);
    }
}
