using System.Globalization;

namespace MLNet.ResNetFamily;

/// <summary>Chooses the recipes that a search tries.</summary>
internal static class RecipeSampler
{
    /// <summary>
    /// The default recipe of each start and others that are known to do well, then every other combination of start, fine-tuning and
    /// augmentation once before any comes again, each with a learning rate of its own. Those that start from weights come first, since a
    /// search that has little time leaves out the last ones, and a network learns the least from the beginning.
    /// </summary>
    /// <remarks>
    /// To begin with recipes that did well on images of different kinds: Feurer et al., "Auto-Sklearn 2.0" (2020),
    /// https://arxiv.org/abs/2007.04074.
    /// </remarks>
    /// <param name="options">What to choose among, how many, and the seed.</param>
    public static IReadOnlyList<Recipe> Draw(RecipeSearch.Options options)
    {
        var random = new Random(options.Seed);
        var starts = options.EffectiveStarts;
        var combinations = starts.SelectMany(start => Combinations(start, options)).ToArray();
        var known = starts.Select(start => Default(start, options))
            .Concat(starts.Where(start => start.Weights is not null).SelectMany(start => Known(start, options)))
            .Where(combinations.Contains).Distinct().Take(options.CandidateCount).ToArray();
        var drawn = Enumerable.Range(0, options.CandidateCount).SelectMany(pass =>
        {
            var shuffled = combinations.Where(recipe => pass > 0 || !known.Contains(recipe)).ToArray();
            random.Shuffle(shuffled);
            return shuffled;
        }).Select(recipe => recipe with { LearningRate = Rate(recipe.LearningRate, options.LearningRateFactors, random) });
        var others = drawn.Take(options.CandidateCount - known.Length);
        return [.. known.Concat(others).OrderBy(recipe => recipe.Start.Weights is null)];
    }

    private static IEnumerable<Recipe> Combinations(RecipeStart start, RecipeSearch.Options options) =>
        from kind in KindsOf(start, options)
        from strength in StrengthsOf(kind, options)
        from freezes in FreezesOf(start, kind, options)
        from decay in LayerDecaysOf(kind, options)
        select new Recipe(start, kind, UsualRate(start, options), strength, freezes, decay);

    private static Recipe Default(RecipeStart start, RecipeSearch.Options options)
    {
        var kinds = KindsOf(start, options);
        var kind = kinds.Contains(FineTuneKind.Gradual) ? FineTuneKind.Gradual : kinds[0];
        var strengths = StrengthsOf(kind, options);
        var usual = options.Common with { Weights = start.Weights, FineTune = kind };
        return new(
            start, kind, UsualRate(start, options),
            strengths.Contains(AugmentationStrength.Light) ? AugmentationStrength.Light : strengths[0],
            FreezesOf(start, kind, options) is [null] ? null : usual.EffectiveFreezeBatchNorm, LayerDecaysOf(kind, options)[0]);
    }

    // For photographs smaller than those of the weights; for long training; for images unlike those of the weights; for few images.
    private static IEnumerable<Recipe> Known(RecipeStart start, RecipeSearch.Options options)
    {
        var rate = UsualRate(start, options);
        return
        [
            new(start, FineTuneKind.Gradual, rate, AugmentationStrength.Mirrored, true, 1),
            new(start, FineTuneKind.All, rate, AugmentationStrength.Strong, true),
            new(start, FineTuneKind.All, rate, AugmentationStrength.Light, false),
            new(start, FineTuneKind.HeadOnly, rate, AugmentationStrength.None),
        ];
    }

    private static double UsualRate(RecipeStart start, RecipeSearch.Options options) =>
        (options.Common with { Weights = start.Weights }).EffectiveLearningRate;

    // Nothing but the classifier learning makes no sense on a backbone of random weights.
    private static IReadOnlyList<FineTuneKind> KindsOf(RecipeStart start, RecipeSearch.Options options) =>
        start.Weights is null ? [FineTuneKind.All] : options.FineTuneKinds;

    // A classifier that learns from cached features sees images that are not varied.
    private static IReadOnlyList<AugmentationStrength> StrengthsOf(FineTuneKind kind, RecipeSearch.Options options) =>
        kind == FineTuneKind.HeadOnly && options.Common.CacheFeatures ? [AugmentationStrength.None] : options.Augmentations;

    // Nothing is chosen where there are no statistics to keep, where they are kept in any case, and where the common options say.
    private static IReadOnlyList<bool?> FreezesOf(RecipeStart start, FineTuneKind kind, RecipeSearch.Options options)
    {
        if (start.Weights is null || kind == FineTuneKind.HeadOnly)
            return [null];
        return (options.Common.SyncBatchNorm ? false : options.Common.FreezeBatchNorm) is { } given ? [given] : [true, false];
    }

    // Gradually the first layers learn slower than the last ones, or all alike.
    private static IReadOnlyList<double?> LayerDecaysOf(FineTuneKind kind, RecipeSearch.Options options) =>
        kind == FineTuneKind.Gradual && !options.Common.SetsLayerRates ? [null, 1] : [null];

    // Two digits are as fine as an accuracy can tell, and read well in a table.
    private static double Rate(double usual, (double Low, double High) factors, Random random)
    {
        var rate = usual * factors.Low * Math.Pow(factors.High / factors.Low, random.NextDouble());
        return double.Parse(rate.ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
