namespace MLNet.ResNetFamily;

/// <summary>The learning rate of every step, as a part of the options'.</summary>
internal static class LearningRateSchedule
{
    // PyTorch's OneCycleLR has these defaults.
    private const double OneCycleRise = 0.3;
    private const double OneCycleStart = 1.0 / 25;
    private const double OneCycleEnd = OneCycleStart / 10_000;

    /// <summary>The factor of a step.</summary>
    /// <param name="options">Says which schedule.</param>
    /// <param name="step">Number of the step, from 0 to below <paramref name="stepCount"/>.</param>
    /// <param name="stepCount">Steps of the whole training.</param>
    /// <param name="epochCount">Epochs that these steps are; null for the options'.</param>
    /// <returns>Above 0 and at most 1, or the number of processes where the options scale by it.</returns>
    public static double Factor(TrainingOptions options, int step, int stepCount, int? epochCount = null)
    {
        double scale = options.LearningRateScale;
        if (options.Schedule == ScheduleKind.OneCycle)
            return scale * OneCycle(step, stepCount);

        var warmUpSteps = (int)Math.Round(options.WarmUpFraction * stepCount);
        if (step < warmUpSteps)
        {
            // From almost 0, or from the rate of one process to that of all.
            var part = (step + 1.0) / (warmUpSteps + 1);
            return scale > 1 ? 1 + (scale - 1) * part : part;
        }
        return scale * options.Schedule switch
        {
            ScheduleKind.Cosine => HalfCosine(1, 0, (double)(step - warmUpSteps) / (stepCount - warmUpSteps)),
            ScheduleKind.Step => Math.Pow(options.EffectiveDecayFactor, 3L * step / stepCount),
            ScheduleKind.MultiStep =>
                Math.Pow(options.EffectiveDecayFactor, options.Milestones.Count(milestone => step >= milestone * stepCount)),
            ScheduleKind.Exponential => Math.Pow(options.EffectiveDecayFactor, (double)(epochCount ?? options.Epochs) * step / stepCount),
            _ => 1,
        };
    }

    private static double OneCycle(int step, int stepCount)
    {
        var peak = OneCycleRise * stepCount - 1;
        return step <= peak
            ? HalfCosine(OneCycleStart, 1, step / peak)
            : HalfCosine(1, OneCycleEnd, (step - peak) / (stepCount - 1 - peak));
    }

    /// <summary>From one value to another, slowly at both ends.</summary>
    private static double HalfCosine(double from, double to, double part) => to + (from - to) * (1 + Math.Cos(Math.PI * part)) / 2;
}
