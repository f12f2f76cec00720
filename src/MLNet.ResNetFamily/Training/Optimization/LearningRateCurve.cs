namespace MLNet.ResNetFamily;

/// <summary>How the loss answers to the learning rate, in a trial of some steps with a rate that rises all the time.</summary>
/// <remarks>Smith, "Cyclical Learning Rates for Training Neural Networks" (2015), https://arxiv.org/abs/1506.01186, section 3.3.</remarks>
public sealed record LearningRateCurve
{
    // Of each new loss this much enters the smoothed one.
    private const double Smoothing = 0.1;

    /// <summary>The steps in their order; the learning rate rises geometrically.</summary>
    public required IReadOnlyList<LearningRatePoint> Points { get; init; }

    /// <summary>
    /// The learning rate at which the smoothed loss fell fastest before its lowest point: a good <see cref="TrainingOptions.LearningRate"/>
    /// for a schedule with warm-up.
    /// </summary>
    public required double Suggestion { get; init; }

    /// <summary>Smooths the losses of a trial and chooses a rate.</summary>
    internal static LearningRateCurve Of(IReadOnlyList<(double LearningRate, double Loss)> steps)
    {
        var points = new List<LearningRatePoint>();
        var average = 0.0;
        foreach (var (rate, loss) in steps)
        {
            average += Smoothing * (loss - average);
            // Without the division the first averages would lean to 0.
            points.Add(new(rate, loss, average / (1 - Math.Pow(1 - Smoothing, points.Count + 1))));
        }
        return new() { Points = points, Suggestion = Steepest(points) };
    }

    private static double Steepest(List<LearningRatePoint> points)
    {
        var lowest = points.IndexOf(points.MinBy(point => point.SmoothedLoss)!);
        var (steepest, fall) = (0, 0.0);
        for (var index = 1; index < lowest; index++)
        {
            var fallHere = points[index - 1].SmoothedLoss - points[index + 1].SmoothedLoss;
            if (fallHere > fall)
                (steepest, fall) = (index, fallHere);
        }
        return points[steepest].LearningRate;
    }
}
