using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>
/// Searches for a recipe that trains well on given images: backbone, learning rate, augmentation and fine-tuning. Many recipes are trained
/// briefly, the best third of them longer, and so on; every round has the same budget (successive halving), but the last, which trains the
/// best recipe for half of the whole. A search by time trains the first one for two epochs to learn how long they take, and tries as many
/// as there is time for.
/// </summary>
/// <remarks>
/// Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization" (2015),
/// https://arxiv.org/abs/1502.07943. Each training is one of <see cref="ImageClassifierTrainer"/>, from its beginning, so that its schedule
/// fits its epochs. All of them are compared on the same validation images, the best of many with a little luck: measure the model on
/// others. The default recipe of each start is among the candidates.
/// </remarks>
public sealed partial class RecipeSearch
{
    // One for the classifier and one for all layers, where they learn one after the other.
    private const int EpochsOfLook = 2;

    private readonly MLContext _mlContext;
    private readonly Options _options;
    private readonly IReadOnlyList<Recipe> _candidates;
    private readonly SearchBudget _budget;

    /// <summary>Draws the recipes; nothing is trained yet.</summary>
    /// <param name="mlContext">Where messages go and which GPU to use.</param>
    /// <param name="options">What to search; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    public RecipeSearch(MLContext mlContext, Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        (_mlContext, _options) = (mlContext, options ?? new());
        _options.Validate();
        _budget = new(_options);
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
        var sizes = SearchBudget.RoundSizes(_options.CandidateCount);
        if (_options.EpochBudget is null)
        {
            trials.Add(run.Trial(0, 1, _candidates[0], EpochsOfLook, _options.Budget));
            _options.Progress?.Report(trials[0]);
            sizes = _budget.AffordableRounds(trials[0], run.LearningImageCount);
        }
        var epochSeconds = trials.FirstOrDefault()?.EpochSeconds;
        var going = _candidates.Index().Select(candidate => new Standing(candidate.Index + 1, candidate.Item, epochSeconds)).ToList();
        foreach (var (round, size) in sizes.Index().SkipLast(1))
        {
            going = [.. going.Take(size).OrderBy(standing => standing.Candidate)];
            var allowance = _budget.OfRound(round, sizes, Spent(trials)) / size;
            var compared = new List<RecipeTrial>();
            foreach (var (candidate, recipe, seconds) in going)
            {
                var epochs = _budget.Epochs(allowance, recipe, seconds);
                compared.Add(run.Trial(round + 1, candidate, recipe, epochs, _budget.Limit(allowance)));
                _options.Progress?.Report(compared[^1]);
            }
            trials.AddRange(compared);
            going = [.. RecipeTrial.BestFirst(compared).Select(trial => new Standing(trial.Candidate, trial.Recipe, trial.EpochSeconds))];
        }
        var finalists = RecipeTrial.BestFirst(trials).Where(trial => trial.Accuracy is not null).DistinctBy(trial => trial.Candidate)
            .Take(_options.EnsembleSize).ToArray();
        if (finalists.Length == 0)
        {
            throw new InvalidOperationException(
                "None of the trainings came to a result: the time did not suffice for an epoch, or the loss became infinite. " +
                "Give a larger 'Budget', smaller images (ImageSize in 'Common'), or lower 'LearningRateFactors'.");
        }
        var share = _budget.OfRound(sizes.Count - 1, sizes, Spent(trials)) / finalists.Length;
        foreach (var finalist in finalists)
        {
            var epochs = _budget.Epochs(share, finalist.Recipe, finalist.EpochSeconds * run.FinalEpochFactor);
            trials.Add(run.Final(sizes.Count, finalist, epochs, _budget.Limit(share)));
            _options.Progress?.Report(trials[^1]);
        }

        var result = new RecipeSearchResult(trials, RecipeTrial.BestFirst(trials).First(), run.SaveBest(), run.ModelPath);
        SearchPage.Write(result, folder);
        return result;
    }

    private static double Spent(IEnumerable<RecipeTrial> trials) => trials.Sum(trial => trial.Seconds);

    /// <summary>A recipe that is still in the race, and how long an epoch took.</summary>
    private sealed record Standing(int Candidate, Recipe Recipe, double? EpochSeconds);
}
