namespace Microsoft.ML.Data;

public sealed class MulticlassClassificationMetrics
{
    internal MulticlassClassificationMetrics()
    {
    }

    public double LogLoss { get; internal init; }

    public double LogLossReduction { get; internal init; }

    public double MacroAccuracy { get; internal init; }

    public double MicroAccuracy { get; internal init; }

    public double TopKAccuracy => TopKAccuracyForAllK?.LastOrDefault() ?? 0;

    public int TopKPredictionCount { get; internal init; }

    /// <summary>Accuracies for 1 to <see cref="TopKPredictionCount"/>; null where that is 0.</summary>
    public IReadOnlyList<double> TopKAccuracyForAllK { get; internal init; }

    public IReadOnlyList<double> PerClassLogLoss { get; internal init; }

    public ConfusionMatrix ConfusionMatrix { get; internal init; }
}
