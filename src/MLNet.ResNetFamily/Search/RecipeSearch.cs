using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>
/// Searches for a recipe that trains well on given images: backbone, learning rate, augmentation and fine-tuning. Many recipes are trained
/// briefly, the best third of them longer, and so on; every round has the same budget (successive halving). A search by time trains the
/// first one to learn what a training takes, and tries as many as the first round has time for.
/// </summary>
/// <remarks>
/// Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization" (2015),
/// https://arxiv.org/abs/1502.07943. Each training is one of <see cref="ImageClassifierTrainer"/>, from its beginning, so that its schedule
/// fits its epochs. All of them are compared on the same validation images, the best of many with a little luck: measure the model on
/// others. The default recipe of each start is among the candidates.
/// </remarks>
public sealed partial class RecipeSearch
{
    private const int Reduction = 3;

    // Where the epochs fill the time exactly, the last one would often be cut off.
    private const double PlannedPart = 0.9;

    private readonly MLContext _mlContext;
    private readonly Options _options;
    private readonly IReadOnlyList<Recipe> _candidates;

    /// <summary>Draws the recipes; nothing is trained yet.</summary>
    /// <param name="mlContext">Where messages go and which GPU to use.</param>
    /// <param name="options">What to search; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    public RecipeSearch(MLContext mlContext, Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        (_mlContext, _options) = (mlContext, options ?? new());
        _options.Validate();
        _candidates = RecipeSampler.Draw(_options);
        foreach (var recipe in _candidates)
            _mlContext.Transforms.ImageClassifier(recipe.Apply(_options.Common));
    }

    /// <summary>The recipes that the first round tries, in the order of their numbers.</summary>
    public IReadOnlyList<Recipe> Candidates => _candidates;

    /// <summary>
    /// Trains, and writes into a folder: the best model so far (<c>best.zip</c>), the state (<c>search.json</c>), and at the end a page
    /// with table and plot (<c>index.html</c>) and the plot alone (<c>accuracy.svg</c>); beside them what frozen backbones make of the
    /// images (<c>features</c>), which may be deleted.
    /// </summary>
    /// <param name="data">Images and labels, as a trainer takes them.</param>
    /// <param name="folder">
    /// Where to write; made if it is missing. A search that was interrupted goes on where it was, in the middle of a training, and comes to
    /// the same table as without the interruption; one by time may train a little more or less.
    /// </param>
    /// <returns>The table, and where the best model is.</returns>
    /// <exception cref="ArgumentException">The data cannot be trained on.</exception>
    /// <exception cref="InvalidOperationException">None of the trainings came to a result.</exception>
    /// <exception cref="IOException">The folder holds another search, or cannot be written to.</exception>
    /// <exception cref="OperationCanceledException">The options' token was canceled.</exception>
    public RecipeSearchResult Run(IDataView data, string folder)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        Directory.CreateDirectory(folder);
        var run = new SearchRun(
            _mlContext, data, _options, folder, SearchState.Open(Path.Combine(folder, "search.json"), SearchSettings.Of(_options, data)));
        var trials = new List<RecipeTrial>();
        var going = _candidates.Index().Select(candidate => new Standing(candidate.Index + 1, candidate.Item, null)).ToList();
        var sizes = Options.RungSizes(_options.EpochBudget is not null
            ? _options.CandidateCount
            : _options.AffordableCount(run.Trial(1, 1, _candidates[0], _options.FirstEpochs, _options.Budget / 2).Seconds));
        foreach (var (index, size) in sizes.Index())
        {
            going = [.. going.Take(size).OrderBy(standing => standing.Candidate)];
            var allowance = Allowance(trials.Sum(trial => trial.Seconds), sizes.Count - index, size);
            var rung = new List<RecipeTrial>();
            foreach (var standing in going)
            {
                rung.Add(run.Trial(index + 1, standing.Candidate, standing.Recipe, Epochs(allowance, standing.Last), Limit(allowance)));
                _options.Progress?.Report(rung[^1]);
            }
            trials.AddRange(rung);
            going = [.. RecipeTrial.BestFirst(rung).Select(trial => new Standing(trial.Candidate, trial.Recipe, trial))];
        }
        var best = RecipeTrial.BestFirst(trials).First();
        if (best.Accuracy is null)
        {
            throw new InvalidOperationException(
                $"None of the {trials.Count} trainings came to a result: the time did not suffice for an epoch, or the loss became " +
                "infinite. Give a larger 'Budget', smaller images (ImageSize in 'Common'), or lower 'LearningRateFactors'.");
        }
        var result = new RecipeSearchResult(trials, best, run.ModelPath);
        SearchPage.Write(result, folder);
        return result;
    }

    // The part of the budget that a training of a round may take: in epochs, or in seconds.
    private double Allowance(double spentSeconds, int rungsLeft, int size) => _options.EpochBudget is { } epochs
        ? (double)epochs / Options.RungSizes(_options.CandidateCount).Count / size
        : Math.Max(0, _options.Budget.TotalSeconds - spentSeconds) / rungsLeft / size;

    private int Epochs(double allowance, RecipeTrial? last)
    {
        if (_options.EpochBudget is not null)
            return (int)allowance;
        if (last is not { Accuracy: not null, EpochSeconds: > 0 and var seconds })
            return _options.FirstEpochs;
        // A classifier that learns from cached features takes next to no time.
        var longPart = last.Recipe.FineTune == FineTuneKind.Gradual && _options.Common.CacheFeatures
            ? 1 - _options.Common.HeadEpochFraction
            : 1;
        return (int)Math.Clamp(PlannedPart * allowance / seconds / longPart, 1, _options.MaxEpochs);
    }

    private TimeSpan? Limit(double allowance) => _options.EpochBudget is null ? TimeSpan.FromSeconds(allowance) : null;

    /// <summary>A recipe that is still in the race, and its last training.</summary>
    private sealed record Standing(int Candidate, Recipe Recipe, RecipeTrial? Last);
}
