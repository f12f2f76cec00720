namespace MLNet.ResNetFamily;

/// <summary>What each training of a search may take, in epochs or in seconds.</summary>
/// <remarks>Half of the budget is for the last round, which trains the best recipe; the rounds before share the other half.</remarks>
/// <param name="options">The options of the search.</param>
internal sealed class SearchBudget(RecipeSearch.Options options)
{
    private const int Reduction = 3;

    // Where the epochs fill the time exactly, the last one would often be cut off. Augmentation makes some longer than others.
    private const double PlannedPart = 0.9;

    /// <summary>Recipes that each round tries, from the first to the last, which is that of the best.</summary>
    /// <param name="candidateCount">Those of the first round.</param>
    public static IReadOnlyList<int> RoundSizes(int candidateCount)
    {
        List<int> sizes = [candidateCount];
        do
        {
            sizes.Add(Math.Max(1, sizes[^1] / Reduction));
        }
        while (sizes[^1] > 1);
        return sizes;
    }

    /// <summary>The fewest epochs with which every candidate gets one in the first round.</summary>
    /// <param name="candidateCount">Recipes of the first round.</param>
    public static int FewestEpochs(int candidateCount) => 2 * candidateCount * (RoundSizes(candidateCount).Count - 1);

    /// <summary>
    /// The rounds that there is time for: with as many recipes as can be told from each other, and with the last alone where these are not
    /// even two.
    /// </summary>
    /// <param name="look">A short training, which shows how long an epoch takes.</param>
    /// <param name="imageCount">The images that recipes learn from.</param>
    public IReadOnlyList<int> AffordableRounds(RecipeTrial look, double imageCount)
    {
        if (look.EpochSeconds is not { } seconds)
            return [1];
        var left = PlannedPart * (options.Budget.TotalSeconds - look.Seconds);
        var count = Enumerable.Range(2, options.CandidateCount - 1)
            .LastOrDefault(count => FewestEpochs(count) * options.EffectiveFirstEpochs(imageCount) * seconds <= left);
        return count == 0 ? [1] : RoundSizes(count);
    }

    /// <summary>What a round may take.</summary>
    /// <param name="round">Its index, from 0.</param>
    /// <param name="sizes">The recipes of all rounds.</param>
    /// <param name="spentSeconds">What the rounds before took.</param>
    public double OfRound(int round, IReadOnlyList<int> sizes, double spentSeconds)
    {
        var roundsBeforeLast = sizes.Count - 1;
        if (options.EpochBudget is { } epochs)
            return epochs / 2.0 / (round < roundsBeforeLast ? roundsBeforeLast : 1);
        var left = options.Budget.TotalSeconds - spentSeconds;
        return Math.Max(0, round < roundsBeforeLast ? (left - options.Budget.TotalSeconds / 2) / (roundsBeforeLast - round) : left);
    }

    /// <summary>The epochs of a training.</summary>
    /// <param name="allowance">What it may take.</param>
    /// <param name="recipe">Its recipe.</param>
    /// <param name="epochSeconds">How long one takes that all layers learn in.</param>
    public int Epochs(double allowance, Recipe recipe, double? epochSeconds)
    {
        if (options.EpochBudget is not null)
            return (int)allowance;
        if (HeadPart(recipe) == 1)
            return options.MaxEpochs;
        return epochSeconds is > 0 and var seconds
            ? (int)Math.Clamp(PlannedPart * allowance / seconds / (1 - HeadPart(recipe)), 1, options.MaxEpochs)
            : 1;
    }

    /// <summary>The time after which a training ends; null where epochs are counted.</summary>
    /// <param name="allowance">What it may take.</param>
    public TimeSpan? Limit(double allowance) => options.EpochBudget is null ? TimeSpan.FromSeconds(allowance) : null;

    // Part of the epochs in which the classifier learns alone from cached features, which takes next to no time.
    private double HeadPart(Recipe recipe) => recipe.FineTune switch
    {
        FineTuneKind.HeadOnly when options.Common.CacheFeatures => 1,
        FineTuneKind.Gradual when options.Common.CacheFeatures => options.Common.HeadEpochFraction,
        _ => 0,
    };
}
