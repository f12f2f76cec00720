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
    private const double ValidationFraction = 0.2;

    private RecipeTrial? _best;

    /// <summary>Where the best model is.</summary>
    public string ModelPath => Path.Combine(folder, "best.zip");

    private string CheckpointFolder => Path.Combine(folder, "running");

    /// <summary>A training that is finished, or finishes now.</summary>
    /// <param name="rung">Number of the round.</param>
    /// <param name="candidate">Number of the recipe.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="epochs">Its epochs, where it was not begun before.</param>
    /// <param name="limit">Time after which it ends with what it learned; null for none.</param>
    public RecipeTrial Trial(int rung, int candidate, Recipe recipe, int epochs, TimeSpan? limit)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        if (state.Find(rung, candidate) is not { } saved)
        {
            if (state.Begun(rung, candidate) is { } begun)
                epochs = begun;
            else
                Begin(rung, candidate, epochs);
            return Train(new(rung, candidate, recipe, epochs, null, null, 0), limit);
        }
        var trial = new RecipeTrial(rung, candidate, recipe, saved.Epochs, saved.Accuracy, saved.Loss, saved.Seconds)
        {
            EpochSeconds = saved.EpochSeconds,
        };
        if (IsBest(trial))
            _best = trial;
        return trial;
    }

    private void Begin(int rung, int candidate, int epochs)
    {
        DeleteCheckpoints();
        state.Begin(rung, candidate, epochs);
    }

    private RecipeTrial Train(RecipeTrial trial, TimeSpan? limit)
    {
        var watch = Stopwatch.StartNew();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        if (limit is { } duration)
            time.CancelAfter(duration);
        var common = options.Common;
        var hasValidation = common.ValidationSet is not null || common.ValidationSetFraction is not null;
        var training = trial.Recipe.Apply(common) with
        {
            Epochs = trial.Epochs,
            Seed = options.Seed,
            ValidationSetFraction = hasValidation ? common.ValidationSetFraction : ValidationFraction,
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
                EpochSeconds = history.Epochs.Max(epoch => (double?)epoch.Seconds),
            };
            if (IsBest(trial))
                AtomicFile.Write(ModelPath, stream => mlContext.Model.Save(model, data.Schema, stream));
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
        if (IsBest(trial))
            _best = trial;
        state.Finish(new(trial.Rung, trial.Candidate, trial.Epochs, trial.Accuracy, trial.Loss, trial.Seconds, trial.EpochSeconds));
        DeleteCheckpoints();
        return trial;
    }

    private bool IsBest(RecipeTrial trial) =>
        trial.Accuracy is not null && (_best is null || RecipeTrial.BestFirst([_best, trial]).First() == trial);

    private void DeleteCheckpoints()
    {
        if (Directory.Exists(CheckpointFolder))
            Directory.Delete(CheckpointFolder, recursive: true);
    }
}
