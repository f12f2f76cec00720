using System.Diagnostics;
using Microsoft.ML;

namespace MLNet.ResNetFamily;

/// <summary>Makes the trainings of a search, or takes them from its folder.</summary>
/// <param name="mlContext">The context.</param>
/// <param name="data">The images.</param>
/// <param name="options">The options of the search.</param>
/// <param name="folder">Where models and checkpoints go.</param>
/// <param name="state">What is finished.</param>
internal sealed class SearchRun(MLContext mlContext, IDataView data, RecipeSearch.Options options, string folder, SearchState state)
{
    private const double DefaultValidationFraction = 0.2;
    private const double MostTrainLoss = 1.25;

    private readonly List<RecipeTrial> _members = [];
    private RecipeTrial? _best;

    /// <summary>Where the best model is.</summary>
    public string ModelPath => Path.Combine(folder, "best.zip");

    /// <summary>The images that a training learns from which is compared with others.</summary>
    public double LearningImageCount => (data.GetRowCount() ?? CountRows()) * (1 - (ValidationFraction ?? 0));

    /// <summary>How much longer an epoch of the last round takes, with the images that validated before.</summary>
    public double FinalEpochFactor => options.EffectiveRefit ? 1 / (1 - (ValidationFraction ?? 0)) : 1;

    private double? ValidationFraction => options.Common.ValidationSetFraction
        ?? (options.Common.ValidationSet is null ? DefaultValidationFraction : null);

    private string FinalFolder => Path.Combine(folder, "finals");

    private string CheckpointFolder => Path.Combine(folder, "running");

    /// <summary>A training that is compared with others and is finished, or finishes now.</summary>
    /// <param name="rung">Number of the round.</param>
    /// <param name="candidate">Number of the recipe.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="epochs">Its epochs, where it was not begun before.</param>
    /// <param name="limit">Time after which it ends with what it learned; null for none.</param>
    public RecipeTrial Trial(int rung, int candidate, Recipe recipe, int epochs, TimeSpan? limit) =>
        Finished(new(rung, candidate, recipe, epochs, null, null, 0), limit, isKept: _ => false);

    /// <summary>A training of the last round, on all images if the options say so.</summary>
    /// <param name="rung">Number of the round.</param>
    /// <param name="finalist">The training to repeat.</param>
    /// <param name="epochs">Its epochs, where it was not begun before.</param>
    /// <param name="limit">Time after which it ends with what it learned; null for none.</param>
    public RecipeTrial Final(int rung, RecipeTrial finalist, int epochs, TimeSpan? limit)
    {
        var trial = new RecipeTrial(rung, finalist.Candidate, finalist.Recipe, epochs, null, null, 0)
        {
            OnAllImages = options.EffectiveRefit,
        };
        trial = Finished(trial, limit, finished => IsKept(finished, finalist));
        if (IsKept(trial, finalist))
            _members.Add(trial);
        return trial;
    }

    /// <summary>Makes the best model of what the last round came to.</summary>
    /// <returns>The trainings that it comes from.</returns>
    public IReadOnlyList<RecipeTrial> SaveBest()
    {
        IReadOnlyList<RecipeTrial> members = [_best!];
        if (_members.Count > 1)
        {
            members = _members;
            // Where they are gone, an earlier run has done this.
            if (members.All(member => File.Exists(FinalPath(member))))
                SaveEnsemble([.. members.Select(FinalPath)]);
        }
        else if (_members is [{ OnAllImages: true } refit] && refit.Candidate == _best!.Candidate)
        {
            members = [refit];
            if (File.Exists(FinalPath(refit)))
                File.Move(FinalPath(refit), ModelPath, overwrite: true);
        }
        if (Directory.Exists(FinalFolder))
            Directory.Delete(FinalFolder, recursive: true);
        return members;
    }

    private void SaveEnsemble(IReadOnlyList<string> paths)
    {
        var models = new List<ITransformer>();
        try
        {
            models.AddRange(paths.Select(path => mlContext.Model.Load(path, out _)));
            var ensemble = mlContext.Transforms.ImageEnsemble(models);
            AtomicFile.Write(ModelPath, stream => mlContext.Model.Save(ensemble, data.Schema, stream));
        }
        finally
        {
            models.ForEach(model => (model as IDisposable)?.Dispose());
        }
    }

    // No image is left to tell a model of all of them, so it must have seen as many as the one that was compared, and have learned them
    // about as well: one that goes wrong ends far above.
    private bool IsKept(RecipeTrial trial, RecipeTrial finalist) => trial.OnAllImages
        ? trial.Epochs * FinalEpochFactor >= finalist.Epochs && trial.TrainLoss <= MostTrainLoss * finalist.TrainLoss
        : trial.Accuracy is not null;

    private long CountRows()
    {
        using var cursor = data.GetRowCursor([]);
        var count = 0L;
        while (cursor.MoveNext())
            count++;
        return count;
    }

    private RecipeTrial Finished(RecipeTrial trial, TimeSpan? limit, Func<RecipeTrial, bool> isKept)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        if (state.Find(trial.Rung, trial.Candidate) is { } saved)
        {
            trial = trial with
            {
                Epochs = saved.Epochs, Accuracy = saved.Accuracy, Loss = saved.Loss, Seconds = saved.Seconds,
                EpochSeconds = saved.EpochSeconds, TrainLoss = saved.TrainLoss,
            };
        }
        else
        {
            if (state.Begun(trial.Rung, trial.Candidate) is { } begun)
                trial = trial with { Epochs = begun };
            else
                Begin(trial.Rung, trial.Candidate, trial.Epochs);
            trial = Train(trial, limit, isKept);
        }
        if (IsBest(trial))
            _best = trial;
        return trial;
    }

    private string FinalPath(RecipeTrial trial) => Path.Combine(FinalFolder, $"{trial.Candidate}.zip");

    private void Begin(int rung, int candidate, int epochs)
    {
        DeleteCheckpoints();
        state.Begin(rung, candidate, epochs);
    }

    private RecipeTrial Train(RecipeTrial trial, TimeSpan? limit, Func<RecipeTrial, bool> isKept)
    {
        var watch = Stopwatch.StartNew();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        if (limit is { } duration)
            time.CancelAfter(duration);
        var common = options.Common;
        var training = trial.Recipe.Apply(common) with
        {
            Epochs = trial.Epochs,
            Seed = options.Seed,
            ValidationSetFraction = trial.OnAllImages ? null : ValidationFraction,
            // Nothing is left to tell by that it no longer gets better.
            Patience = trial.OnAllImages && common.BestMetric != TrainingMetric.TrainLoss ? null : common.Patience,
            FeatureCacheDirectory = common.FeatureCacheDirectory ?? Path.Combine(folder, "features"),
            CheckpointDirectory = CheckpointFolder,
            // Epochs may take less time than their checkpoints; a canceled training leaves one too.
            CheckpointEpochs = int.MaxValue,
            CheckpointInterval = TimeSpan.FromMinutes(1),
            CheckpointCount = 1,
            Resume = true,
            CancellationToken = time.Token,
        };
        try
        {
            using var model = mlContext.Transforms.ImageClassifier(training).Fit(data);
            // Canceled from outside, it is to go on from its checkpoint; out of time, it has what it learned.
            options.CancellationToken.ThrowIfCancellationRequested();
            var history = model.History!;
            var measured = history.Epochs.SingleOrDefault(epoch => epoch.Epoch == history.ModelEpoch);
            trial = trial with
            {
                Epochs = history.Epochs.Count, Accuracy = measured?.ValidationAccuracy, Loss = measured?.ValidationLoss,
                EpochSeconds = LongEpochSeconds(history),
                TrainLoss = history.Epochs.LastOrDefault()?.TrainLoss,
            };
            if (IsBest(trial))
                Save(ModelPath);
            if (isKept(trial))
            {
                Directory.CreateDirectory(FinalFolder);
                Save(FinalPath(trial));
            }

            void Save(string path) => AtomicFile.Write(path, stream => mlContext.Model.Save(model, data.Schema, stream));
        }
        catch (OperationCanceledException) when (!options.CancellationToken.IsCancellationRequested)
        {
            trial = trial with { Epochs = 0 };
        }
        catch (DivergedException)
        {
            // The learning rate is too high for this recipe.
            trial = trial with { Epochs = 0 };
        }
        trial = trial with { Seconds = watch.Elapsed.TotalSeconds };
        state.Finish(new(
            trial.Rung, trial.Candidate, trial.Epochs, trial.Accuracy, trial.Loss, trial.Seconds, trial.EpochSeconds, trial.TrainLoss));
        DeleteCheckpoints();
        return trial;
    }

    // The median of the epochs that all layers learned in; those of the classifier alone are far shorter where features are cached.
    private static double? LongEpochSeconds(TrainingHistory history)
    {
        var seconds = history.Epochs.Select(epoch => epoch.Seconds).Order().ToArray();
        var tooShort = seconds.Count(epoch => epoch < seconds[^1] / 2);
        return seconds.Length == 0 ? null : seconds[(tooShort + seconds.Length - 1) / 2];
    }

    private bool IsBest(RecipeTrial trial) =>
        trial.Accuracy is not null && (_best is null || RecipeTrial.BestFirst([_best, trial]).First() == trial);

    private void DeleteCheckpoints()
    {
        if (Directory.Exists(CheckpointFolder))
            Directory.Delete(CheckpointFolder, recursive: true);
    }
}
