namespace MLNet.ResNetFamily;

/// <summary>What a process adds to a step beside its gradients, or all of them together.</summary>
internal sealed record StepSums
{
    /// <summary>Number of values in <see cref="ToValues"/>.</summary>
    public const int ValueCount = 7;

    /// <summary>Sum of the weights of the losses that were learned from: the images, unless classes have weights.</summary>
    public double Weight { get; init; }

    /// <summary>The images that were learned from.</summary>
    public EpochTotals Totals { get; init; } = new();

    /// <summary>Batches whose loss was no finite number.</summary>
    public int DivergedCount { get; init; }

    /// <summary>Processes that were asked to stop.</summary>
    public int StopCount { get; init; }

    /// <summary>Images found broken that the others do not know of yet.</summary>
    public int BadImageCount { get; init; }

    /// <summary>The sums as numbers that can be added up.</summary>
    public float[] ToValues() =>
        [(float)Weight, Totals.Count, (float)Totals.LossSum, Totals.RightCount, DivergedCount, StopCount, BadImageCount];

    /// <summary>The other way.</summary>
    public static StepSums Of(ReadOnlySpan<float> values) => new()
    {
        Weight = values[0],
        Totals = new((long)values[1], values[2], (long)values[3]),
        DivergedCount = (int)values[4],
        StopCount = (int)values[5],
        BadImageCount = (int)values[6],
    };
}
