using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>Draws the recipes that a search tries.</summary>
internal static class RecipeSampler
{
    /// <summary>
    /// The default recipe of each start, and others: every combination of start, fine-tuning and augmentation once before any comes again,
    /// each with a learning rate of its own. Those that start from weights come first, since a search that has little time leaves out the
    /// last ones, and a network learns the least from the beginning.
    /// </summary>
    /// <param name="options">What to choose among, how many, and the seed.</param>
    public static IReadOnlyList<Recipe> Draw(RecipeSearch.Options options)
    {
        var random = new Random(options.Seed);
        var starts = options.EffectiveStarts;
        var defaults = starts.Select(start => Default(start, options)).Take(options.CandidateCount).ToArray();
        var combinations = starts.SelectMany(start => KindsOf(start, options).SelectMany(kind => StrengthsOf(kind, options)
            .Select(strength => new Recipe(start, kind, UsualRate(start, options), strength)))).ToArray();
        var drawn = Enumerable.Repeat(combinations, options.CandidateCount).SelectMany(all =>
        {
            var shuffled = all.ToArray();
            random.Shuffle(shuffled);
            return shuffled;
        }).Select(recipe => recipe with { LearningRate = Rate(recipe.LearningRate, options.LearningRateFactors, random) });
        var others = drawn.Take(options.CandidateCount - defaults.Length);
        return [.. defaults.Concat(others).OrderBy(recipe => recipe.Start.Weights is null)];
    }

    private static Recipe Default(RecipeStart start, RecipeSearch.Options options)
    {
        var kinds = KindsOf(start, options);
        return new(
            start, kinds.Contains(FineTuneKind.Gradual) ? FineTuneKind.Gradual : kinds[0], UsualRate(start, options),
            options.Augmentations.Contains(AugmentationStrength.Light) ? AugmentationStrength.Light : options.Augmentations[0]);
    }

    private static double UsualRate(RecipeStart start, RecipeSearch.Options options) =>
        (options.Common with { Weights = start.Weights }).EffectiveLearningRate;

    // Nothing but the classifier learning makes no sense on a backbone of random weights.
    private static IReadOnlyList<FineTuneKind> KindsOf(RecipeStart start, RecipeSearch.Options options) =>
        start.Weights is null ? [FineTuneKind.All] : options.FineTuneKinds;

    // A classifier that learns from cached features sees images that are not varied.
    private static IReadOnlyList<AugmentationStrength> StrengthsOf(FineTuneKind kind, RecipeSearch.Options options) =>
        kind == FineTuneKind.HeadOnly && options.Common.CacheFeatures ? [AugmentationStrength.None] : options.Augmentations;

    // Two digits are as fine as an accuracy can tell, and read well in a table.
    private static double Rate(double usual, (double Low, double High) factors, Random random)
    {
        var rate = usual * factors.Low * Math.Pow(factors.High / factors.Low, random.NextDouble());
        return double.Parse(rate.ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
