using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Trains a network on images: epochs of batches, from the beginning or from a checkpoint to the end.</summary>
internal sealed class TrainingLoop
{
    private readonly ImageClassifierNetwork _network;
    private readonly ImageExamples _train;
    private readonly ImageExamples? _validation;
    private readonly Preprocessing _preprocessing;
    private readonly TrainingRecipe _recipe;
    private readonly Device _device;
    private readonly Action<string> _log;
    private readonly FineTunePlan _plan;
    private readonly TrainingState _state;
    private readonly TrainingStep _step;
    private readonly TrainingLog? _trainingLog;
    private readonly CheckpointFolder? _checkpoints;
    private bool _isStopped;

    private TrainingLoop(
        Preprocessing preprocessing, TrainingImages train, TrainingImages? validation, TrainingRecipe recipe, Device device, Action<string> log,
        FineTunePlan plan, TrainingState state, Tensor? classWeights, TrainingLog? trainingLog)
    {
        (_network, _preprocessing, _recipe, _device, _log, _plan, _state) = (state.Network, preprocessing, recipe, device, log, plan, state);
        _step = new(state, recipe, device, classWeights);
        _trainingLog = trainingLog;
        var cache = recipe.KeepsDecodedImages ? new DecodedImageCache(recipe.ImageCacheBytes) : null;
        _train = new(train, "training", preprocessing, recipe, device, (index, bad) => LeaveOut(index, bad, isValidation: false), cache);
        _validation = validation is null ? null : new(validation, "validation", preprocessing, recipe, device, (index, bad) => LeaveOut(index, bad, isValidation: true), cache);
        _checkpoints = recipe.CheckpointDirectory is null
            ? null
            : CheckpointFolder.Open(recipe, RecipeFingerprint.Of(recipe, _network.Backbone.Spec, preprocessing, train, validation));
    }

    /// <summary>Trains a network; it stays on the device, in evaluation mode.</summary>
    /// <param name="network">Its present weights are where the training starts, unless it goes on from a checkpoint.</param>
    /// <param name="preprocessing">What the network expects of its input.</param>
    /// <param name="train">Images to learn from, of at least two classes.</param>
    /// <param name="validation">Images to measure with after every epoch, or null.</param>
    /// <param name="recipe">How to train.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="log">Gets a line for every epoch and every image that is left out.</param>
    /// <returns>What was achieved; it says when the training was cancelled after its first step.</returns>
    /// <exception cref="ArgumentException">The recipe, the labels or the checkpoint cannot work.</exception>
    /// <exception cref="InvalidDataException">Too many images cannot be read, or one while <see cref="TrainingRecipe.OnBadImage"/> says Throw.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a finite number.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled before its first step.</exception>
    public static TrainingHistory Run(
        ImageClassifierNetwork network, Preprocessing preprocessing, TrainingImages train, TrainingImages? validation,
        TrainingRecipe recipe, Device device, Action<string> log)
    {
        validation = validation is { Items.Count: > 0 } ? validation : null;
        Check(recipe, train, validation);
        recipe.CancellationToken.ThrowIfCancellationRequested();

        using var memory = new KeptMemory();
        TorchThreads.Use(recipe.Threads);
        network.to(device);
        ChannelsLast.Apply(network);
        var plan = new FineTunePlan(network, recipe);
        try
        {
            using var classWeights = ClassLossWeights.Of(recipe, train, device);
            using var state = new TrainingState(network, plan, recipe, device);
            using var trainingLog = TrainingLog.For(recipe, preprocessing);
            return new TrainingLoop(preprocessing, train, validation, recipe, device, log, plan, state, classWeights, trainingLog).Run();
        }
        finally
        {
            plan.End();
            network.zero_grad();
            network.eval();
            ChannelsLast.Undo(network);
        }
    }

    private static void Check(TrainingRecipe recipe, TrainingImages train, TrainingImages? validation)
    {
        recipe.Validate();
        train.Validate();
        validation?.Validate();
        if (train.ShownClassCount < 2)
        {
            throw new ArgumentException(
                $"The {train.Items.Count} training images show {train.ShownClassCount} classes, but a classifier needs at least 2. Add images of another class.");
        }
        if (recipe.Patience is not null && validation is null && recipe.BestMetric != TrainingMetric.TrainLoss)
        {
            throw new ArgumentException(
                $"Option 'Patience' waits for a better {recipe.BestMetric}, but there are no validation images. " +
                "Set 'ValidationSet' or 'ValidationFraction', or 'BestMetric' to TrainLoss.", nameof(TrainingRecipe.Patience));
        }
    }

    private TrainingHistory Run()
    {
        if (_checkpoints?.TryResume(_state) == true)
            _log($"Training goes on from '{_checkpoints.Newest}': epoch {_state.Epoch}, after {_state.BatchCount} batches.");
        var isResumed = _state.StepCount > 0;
        try
        {
            foreach (var phase in _plan.Phases)
            {
                if (_isStopped || _state.Epoch > phase.LastEpoch)
                    continue;
                if (phase.BackboneLearns || !_recipe.CacheFeatures)
                    RunPhaseOnImages(phase);
                else
                    RunPhaseOnFeatures(phase);
            }
            return Finish();
        }
        catch (OperationCanceledException) when (_recipe.CancellationToken.IsCancellationRequested && (_state.StepCount > 0 || isResumed))
        {
            return Cancel();
        }
    }

    private void RunPhaseOnImages(FineTunePlan.Phase phase)
    {
        foreach (var (bad, index, isValidation, _) in _state.BadImages)
            (isValidation ? _validation : _train)?.Know(index, bad);
        RunPhase(phase, Lesson.OnImages(_state, _train, _validation, phase.BackboneLearns));
    }

    private void RunPhaseOnFeatures(FineTunePlan.Phase phase)
    {
        // After a checkpoint of this phase the features are computed once more, by the same batches; the same images turn out to be bad.
        _state.BadImages.RemoveAll(bad => bad.Epoch >= phase.FirstEpoch);
        var watch = Stopwatch.StartNew();
        _network.eval();
        using var form = new ScoringNetwork(_network.Backbone, _device, _state.Twin is null ? ScalarType.Float32 : ScalarType.BFloat16);
        var featureCount = _network.Backbone.Spec.FeatureCount;
        var cache = _recipe.FeatureCacheDirectory is not { } directory ? null : new FeatureCache(
            directory, FeatureKey.Of(_network.Backbone, _preprocessing, _recipe.Precision.On(_device), _recipe.MaxPixels), featureCount, _log);
        using var train = new FeatureExamples(_train, featureCount, form.Run, _recipe, _device, cache);
        _train.RequireEnough(classCount: 2);
        using var validation = _validation is null ? null : new FeatureExamples(_validation, featureCount, form.Run, _recipe, _device, cache);
        _log(FormattableString.Invariant($"The features of every image are there after {watch.Elapsed.TotalSeconds:F1} s."));
        RunPhase(phase, new(train, validation, features => (_network.Head.call(features), null), _network.Head.call));
    }

    private void RunPhase(FineTunePlan.Phase phase, Lesson lesson)
    {
        while (_state.Epoch <= phase.LastEpoch && !_isStopped)
        {
            _plan.BeginEpoch(_state.Epoch);
            TrainEpoch(phase, lesson);
            var progress = MeasureEpoch(lesson);
            _state.Epochs.Add(progress);
            _isStopped = phase.LastEpoch == _recipe.Epochs && progress.Epoch - Math.Max(_state.Best.Epoch ?? 0, phase.FirstEpoch - 1) >= (_recipe.Patience ?? int.MaxValue);
            _state.BeginEpoch(_isStopped ? _recipe.Epochs + 1 : progress.Epoch + 1);
            if (_checkpoints is not null && (_isStopped || _checkpoints.IsDueAfter(progress.Epoch)))
                _checkpoints.Write(_state);
            _log(progress.ToString());
            _trainingLog?.Epoch(progress, _network, _train);
            _recipe.Progress?.Report(progress);
            _recipe.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private void TrainEpoch(FineTunePlan.Phase phase, Lesson lesson)
    {
        var epoch = _state.Epoch;
        var order = EpochOrder.Of(ReadableAtTheStart(lesson, epoch), lesson.Train.Images.Labels, _recipe, epoch);
        var stepsPerEpoch = (order.BatchCount + _recipe.AccumulationSteps - 1) / _recipe.AccumulationSteps;
        var (watch, secondsBefore) = (Stopwatch.StartNew(), _state.Seconds);
        foreach (var batch in lesson.Train.Read(order.Indices[Math.Min(order.Indices.Length, _state.BatchCount * order.BatchSize)..], order.BatchSize, epoch))
        {
            using (batch)
            {
                _train.RequireEnough(classCount: 2);
                var scheduleStep = (epoch - phase.FirstEpoch) * stepsPerEpoch + _state.BatchCount / _recipe.AccumulationSteps;
                _state.Optimization.LearningRate =
                    _recipe.EffectiveLearningRate * LearningRateSchedule.Factor(_recipe, scheduleStep, phase.EpochCount * stepsPerEpoch, phase.EpochCount);
                Learn(batch, lesson, order);
                _recipe.StepProgress?.Report(new(epoch, _recipe.Epochs, _state.BatchCount, order.BatchCount, batch.Indices.Length));
            }
            _state.Seconds = secondsBefore + watch.Elapsed.TotalSeconds;
            if (_checkpoints?.IsDue == true && !_step.IsPending)
                WriteCheckpoint();
            _recipe.CancellationToken.ThrowIfCancellationRequested();
        }
        RequireFiniteWeights();
    }

    private void Learn(IExampleBatch batch, Lesson lesson, EpochOrder order)
    {
        // Batch normalisation cannot learn from one image; another epoch's order puts it into another batch.
        if (batch.Indices.Length > 1 || (batch.Indices.Length == 1 && _recipe.BatchSize == 1))
        {
            var loss = _step.Learn(batch, lesson, order.ShareInStep(_state.BatchCount, batch.Indices.Length, _recipe.AccumulationSteps));
            if (!float.IsFinite(loss))
                throw Divergence.Error(FormattableString.Invariant($"The loss became {loss}"), _state, _recipe, _checkpoints?.Newest);
            _recipe.StepDone?.Invoke(_state.StepCount, loss);
            _trainingLog?.Step(_state.StepCount + 1, loss, _state.Optimization.LearningRate);
        }
        _state.BatchCount++;
        if (_state.BatchCount % _recipe.AccumulationSteps == 0 || _state.BatchCount == order.BatchCount)
            _step.Finish();
    }

    private TrainingProgress MeasureEpoch(Lesson lesson)
    {
        var watch = Stopwatch.StartNew();
        // Validated and kept is what would be saved: the average where there is one.
        _state.Average?.Swap();
        try
        {
            var validated = lesson.Validation is null ? null : EpochValidation.Measure(_network, lesson.Validation, lesson.Score, _recipe, _device);
            _validation?.RequireEnough(classCount: 1);
            var progress = new TrainingProgress
            {
                Epoch = _state.Epoch,
                EpochCount = _recipe.Epochs,
                TrainLoss = _state.Totals.Loss,
                TrainAccuracy = _state.Totals.Accuracy,
                ValidationLoss = validated?.Loss,
                ValidationAccuracy = validated?.Accuracy,
                ValidationTop5Accuracy = validated?.Top5Accuracy,
                ValidationMacroF1 = validated?.MacroF1,
                LearningRate = _state.Optimization.LearningRate,
                ImagesPerSecond = _state.Totals.Count / _state.Seconds,
                Seconds = _state.Seconds + watch.Elapsed.TotalSeconds,
                BadImages = [.. _state.BadImages.Select(bad => bad.Image)],
            };
            if (validated is not null || _recipe.Patience is not null)
                _state.Best.Offer(progress);
            return progress;
        }
        finally
        {
            _state.Average?.Swap();
        }
    }

    private TrainingHistory Finish()
    {
        if (_recipe.Patience is not null && _state.Best.Epoch is { } best)
        {
            _state.Best.Restore();
            _log($"The model is that of epoch {best}, the best by {_recipe.BestMetric}.");
            return History(modelEpoch: best) with { IsStoppedEarly = _state.Epochs.Count < _recipe.Epochs };
        }
        _state.Average?.Swap();
        return History(modelEpoch: _state.Epochs.Count);
    }

    private TrainingHistory Cancel()
    {
        // In the middle of a step normalisation has seen batches that the weights have not.
        if (_checkpoints is not null && !_step.IsPending)
            WriteCheckpoint();
        if (_state.Best.Epoch is { } best)
        {
            _state.Best.Restore();
            _log($"Training was cancelled after step {_state.StepCount}; the model is that of epoch {best}, the best by {_recipe.BestMetric}.");
            return History(modelEpoch: best) with { IsCanceled = true };
        }
        _state.Average?.Swap();
        _log($"Training was cancelled after step {_state.StepCount}; the model is as that step left it.");
        return History(modelEpoch: null) with { IsCanceled = true };
    }

    private TrainingHistory History(int? modelEpoch) => new()
    {
        Epochs = _state.Epochs,
        BadImages = [.. _state.BadImages.Select(bad => bad.Image)],
        BestEpoch = _state.Best.Epoch,
        ModelEpoch = modelEpoch,
    };

    /// <summary>The places of the images that were thought readable when the epoch began, also where it began before a checkpoint.</summary>
    private IReadOnlyList<int> ReadableAtTheStart(Lesson lesson, int epoch)
    {
        if (lesson.Train != _train)
            return lesson.Train.ReadableIndices;
        return [.. lesson.Train.ReadableIndices.Union(_state.BadImages.Where(bad => bad.Epoch == epoch && !bad.IsValidation).Select(bad => bad.Index)).Order()];
    }

    private void WriteCheckpoint()
    {
        RequireFiniteWeights();
        _checkpoints!.Write(_state);
    }

    private void RequireFiniteWeights()
    {
        if (!Divergence.IsFinite(_network))
            throw Divergence.Error("A weight is no finite number any more", _state, _recipe, _checkpoints?.Newest);
    }

    private void LeaveOut(int index, BadImage bad, bool isValidation)
    {
        _state.BadImages.Add(new(bad, index, isValidation, _state.Epoch));
        _log($"'{bad.Origin}' is left out: {bad.Reason}");
    }
}
