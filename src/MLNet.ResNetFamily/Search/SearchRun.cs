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

    private RecipeTrial? _best;

    /// <summary>Where the best model is.</summary>
    public string ModelPath => Path.Combine(folder, "best.zip");

    private double? ValidationFraction => options.Common.ValidationSetFraction
        ?? (options.Common.ValidationSet is null ? DefaultValidationFraction : null);

    private string CheckpointFolder => Path.Combine(folder, "running");

    /// <summary>A training that is compared with others and is finished, or finishes now.</summary>
    /// <param name="rung">Number of the round.</param>
    /// <param name="candidate">Number of the recipe.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="epochs">Its epochs, where it was not begun before.</param>
    /// <param name="limit">Time after which it ends with what it learned; null for none.</param>
    public RecipeTrial Trial(int rung, int candidate, Recipe recipe, int epochs, TimeSpan? limit)
    {
        var trial = Finished(new(rung, candidate, recipe, epochs, null, null, 0), limit);
        if (IsBest(trial))
            _best = trial;
        return trial;
    }

    /// <summary>A training on all images by the recipe of the best; its model is kept unless it came less far or went wrong.</summary>
    /// <param name="rung">Number of the round.</param>
    /// <param name="best">The training to repeat with more images.</param>
    /// <param name="epochs">Its epochs, where it was not begun before.</param>
    /// <param name="limit">Time after which it ends with what it learned; null for none.</param>
    public RecipeTrial Refit(int rung, RecipeTrial best, int epochs, TimeSpan? limit) =>
        Finished(new(rung, best.Candidate, best.Recipe, epochs, null, null, 0) { OnAllImages = true }, limit);

    /// <summary>How much longer an epoch of all images takes than one without those that validate.</summary>
    public double RefitEpochFactor => 1 / (1 - (ValidationFraction ?? 0));

    /// <summary>The images that a training learns from which is compared with others.</summary>
    public double LearningImageCount => (data.GetRowCount() ?? CountRows()) * (1 - (ValidationFraction ?? 0));

    private long CountRows()
    {
        using var cursor = data.GetRowCursor([]);
        var count = 0L;
        while (cursor.MoveNext())
            count++;
        return count;
    }

    private RecipeTrial Finished(RecipeTrial trial, TimeSpan? limit)
    {
        options.CancellationToken.ThrowIfCancellationRequested();
        if (state.Find(trial.Rung, trial.Candidate) is { } saved)
        {
            return trial with
            {
                Epochs = saved.Epochs, Accuracy = saved.Accuracy, Loss = saved.Loss, Seconds = saved.Seconds,
                EpochSeconds = saved.EpochSeconds, TrainLoss = saved.TrainLoss,
            };
        }
        if (state.Begun(trial.Rung, trial.Candidate) is { } begun)
            trial = trial with { Epochs = begun };
        else
            Begin(trial.Rung, trial.Candidate, trial.Epochs);
        return Train(trial, limit);
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
                EpochSeconds = history.Epochs.Max(epoch => (double?)epoch.Seconds),
                TrainLoss = history.Epochs.LastOrDefault()?.TrainLoss,
            };
            if (trial.OnAllImages ? trial.Succeeds(_best!) : IsBest(trial))
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
        state.Finish(new(
            trial.Rung, trial.Candidate, trial.Epochs, trial.Accuracy, trial.Loss, trial.Seconds, trial.EpochSeconds, trial.TrainLoss));
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
