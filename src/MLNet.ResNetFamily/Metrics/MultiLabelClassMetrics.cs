namespace MLNet.ResNetFamily;

/// <summary>How well one class is recognized where an image may show several. Shares are from 0 to 1.</summary>
public sealed record MultiLabelClassMetrics
{
    /// <summary>Name of the class.</summary>
    public required string Name { get; init; }

    /// <summary>The probability from which on an image is said to show the class.</summary>
    public required float Threshold { get; init; }

    /// <summary>Images that show the class.</summary>
    public required long Count { get; init; }

    /// <summary>Images that are said to show it.</summary>
    public required long PredictedCount { get; init; }

    /// <summary>Images that show it and are said to.</summary>
    public required long RightCount { get; init; }

    /// <summary>
    /// Σ (Rₙ - Rₙ₋₁) · Pₙ with the precision P and the recall R at each threshold, as scikit-learn's <c>average_precision_score</c> has
    /// it; does not depend on <see cref="Threshold"/>. 0 where no image shows the class.
    /// </summary>
    public required double AveragePrecision { get; init; }

    /// <summary>Share of the images said to show the class that do; 0 where none is.</summary>
    public double Precision => PredictedCount == 0 ? 0 : (double)RightCount / PredictedCount;

    /// <summary>Share of the images of the class that are said to show it; 0 where there are none.</summary>
    public double Recall => Count == 0 ? 0 : (double)RightCount / Count;

    /// <summary>Harmonic mean of precision and recall; 0 where the class is neither shown nor predicted.</summary>
    public double F1 => F1Of(RightCount, Count, PredictedCount);

    internal static double F1Of(long right, long shown, long predicted) => shown + predicted == 0 ? 0 : 2.0 * right / (shown + predicted);
}
