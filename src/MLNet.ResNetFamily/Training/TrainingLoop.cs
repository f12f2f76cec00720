using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Trains a network on images: epochs of batches, each batch one step of the optimiser.</summary>
internal sealed class TrainingLoop
{
    private readonly ImageClassifierNetwork _network;
    private readonly ImageExamples _train;
    private readonly ImageExamples? _validation;
    private readonly TrainingRecipe _recipe;
    private readonly Device _device;
    private readonly Action<string> _log;
    private readonly FineTunePlan _plan;
    private readonly Optimization _optimization;
    private readonly BFloat16Twin? _twin;
    private readonly TrainingLog? _trainingLog;
    private readonly Preprocessing _preprocessing;
    private readonly List<BadImage> _badImages = [];
    private readonly List<TrainingProgress> _epochs = [];
    private readonly TrainingStep _step;

    private TrainingLoop(
        ImageClassifierNetwork network, Preprocessing preprocessing, TrainingImages train, TrainingImages? validation,
        TrainingRecipe recipe, Device device, Action<string> log, FineTunePlan plan, Optimization optimization, BFloat16Twin? twin, TrainingLog? trainingLog)
    {
        (_network, _recipe, _device, _log, _plan, _optimization, _twin) = (network, recipe, device, log, plan, optimization, twin);
        (_preprocessing, _trainingLog) = (preprocessing, trainingLog);
        _step = new(network, recipe, device, optimization, twin);
        var cache = recipe.KeepsDecodedImages ? new DecodedImageCache(recipe.ImageCacheBytes) : null;
        _train = new(train, "training", preprocessing, recipe, device, LeaveOut, cache);
        _validation = validation is { Items.Count: > 0 } ? new(validation, "validation", preprocessing, recipe, device, LeaveOut, cache) : null;
    }

    /// <summary>Trains a network; it stays on the device, in evaluation mode.</summary>
    /// <param name="network">Its present weights are where the training starts.</param>
    /// <param name="preprocessing">What the network expects of its input.</param>
    /// <param name="train">Images to learn from, of at least two classes.</param>
    /// <param name="validation">Images to measure with after every epoch, or null.</param>
    /// <param name="recipe">How to train.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="log">Gets a line for every epoch and every image that is left out.</param>
    /// <returns>What was achieved; it says when the training was cancelled after its first step.</returns>
    /// <exception cref="ArgumentException">The recipe or the labels cannot work.</exception>
    /// <exception cref="InvalidDataException">Too many images cannot be read, or one while <see cref="TrainingRecipe.OnBadImage"/> says Throw.</exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a finite number.</exception>
    /// <exception cref="OperationCanceledException">The training was cancelled before its first step.</exception>
    public static TrainingHistory Run(
        ImageClassifierNetwork network, Preprocessing preprocessing, TrainingImages train, TrainingImages? validation,
        TrainingRecipe recipe, Device device, Action<string> log)
    {
        recipe.Validate();
        train.Validate();
        validation?.Validate();
        if (train.ShownClassCount < 2)
        {
            throw new ArgumentException(
                $"The {train.Items.Count} training images show {train.ShownClassCount} classes, but a classifier needs at least 2. Add images of another class.");
        }
        recipe.CancellationToken.ThrowIfCancellationRequested();

        using var memory = new KeptMemory();
        TorchThreads.Use(recipe.Threads);
        network.to(device);
        ChannelsLast.Apply(network);
        var plan = new FineTunePlan(network, recipe);
        try
        {
            using var optimization = new Optimization(plan.Parts, recipe);
            using var twin = recipe.Precision.On(device) == Precision.BFloat16 ? new BFloat16Twin(network, device) : null;
            using var trainingLog = TrainingLog.For(recipe, preprocessing);
            return new TrainingLoop(network, preprocessing, train, validation, recipe, device, log, plan, optimization, twin, trainingLog).Run();
        }
        finally
        {
            plan.End();
            network.zero_grad();
            network.eval();
            ChannelsLast.Undo(network);
        }
    }

    private TrainingHistory Run()
    {
        try
        {
            foreach (var phase in _plan.Phases)
            {
                if (phase.BackboneLearns || !_recipe.CacheFeatures)
                    RunPhase(phase, new(_train, _validation, phase.BackboneLearns ? LearningLogits : images => (Logits(images), null), Logits));
                else
                    RunPhaseOnFeatures(phase);
            }
            return new() { Epochs = _epochs, BadImages = _badImages };
        }
        catch (OperationCanceledException) when (_recipe.CancellationToken.IsCancellationRequested && _step.Count > 0)
        {
            _log($"Training was cancelled after step {_step.Count}; the model is as that step left it.");
            return new() { Epochs = _epochs, BadImages = _badImages, IsCanceled = true };
        }
    }

    private (Tensor Logits, Tensor? Auxiliary) LearningLogits(Tensor images) => _twin?.TrainingLogits(images) ?? _network.TrainingLogits(images);

    private Tensor Logits(Tensor images) => _twin?.Logits(images) ?? _network.call(images);

    private void RunPhaseOnFeatures(FineTunePlan.Phase phase)
    {
        var watch = Stopwatch.StartNew();
        _network.eval();
        using var form = new ScoringNetwork(_network.Backbone, _device, _twin is null ? ScalarType.Float32 : ScalarType.BFloat16);
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
        for (var epoch = phase.FirstEpoch; epoch < phase.FirstEpoch + phase.EpochCount; epoch++)
        {
            var watch = Stopwatch.StartNew();
            _plan.BeginEpoch(epoch);
            var trained = TrainEpoch(epoch, phase, lesson);
            var trainSeconds = watch.Elapsed.TotalSeconds;
            var validated = Validate(lesson);
            var progress = new TrainingProgress
            {
                Epoch = epoch,
                EpochCount = _recipe.Epochs,
                TrainLoss = trained.Loss,
                TrainAccuracy = trained.Accuracy,
                ValidationLoss = validated?.Loss,
                ValidationAccuracy = validated?.Accuracy,
                LearningRate = _optimization.LearningRate,
                ImagesPerSecond = trained.Count / trainSeconds,
                Seconds = watch.Elapsed.TotalSeconds,
                BadImages = [.. _badImages],
            };
            _epochs.Add(progress);
            _log(progress.ToString());
            _trainingLog?.Epoch(progress, _network, _train);
            _recipe.Progress?.Report(progress);
        }
    }

    private EpochTotals TrainEpoch(int epoch, FineTunePlan.Phase phase, Lesson lesson)
    {
        var order = EpochOrder.Of(lesson.Train, _recipe, epoch);
        var scheduleStep = (epoch - phase.FirstEpoch) * order.BatchCount;
        var totals = new EpochTotals();
        foreach (var batch in lesson.Train.Read(order.Indices, order.BatchSize, epoch))
        {
            using (batch)
            {
                _train.RequireEnough(classCount: 2);
                _optimization.LearningRate = _recipe.EffectiveLearningRate * LearningRateSchedule.Factor(_recipe, scheduleStep, phase.EpochCount * order.BatchCount);

                // Batch normalisation cannot learn from one image; another epoch's order puts it into another batch.
                if (batch.Indices.Length > 1 || (batch.Indices.Length == 1 && _recipe.BatchSize == 1))
                {
                    var loss = _step.Take(batch, lesson, epoch, totals);
                    _trainingLog?.Step(_step.Count, loss, _optimization.LearningRate);
                }
                scheduleStep++;
                _recipe.StepProgress?.Report(new(epoch, _recipe.Epochs, scheduleStep - (epoch - phase.FirstEpoch) * order.BatchCount, order.BatchCount, batch.Indices.Length));
            }
            _recipe.CancellationToken.ThrowIfCancellationRequested();
        }
        return totals;
    }

    private EpochTotals? Validate(Lesson lesson)
    {
        if (lesson.Validation is null)
            return null;
        var totals = EpochValidation.Measure(_network, lesson.Validation, lesson.Score, _recipe, _device);
        _validation!.RequireEnough(classCount: 1);
        return totals;
    }

    private void LeaveOut(BadImage bad)
    {
        _badImages.Add(bad);
        _log($"'{bad.Origin}' is left out: {bad.Reason}");
    }
}
