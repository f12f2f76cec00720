using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Trains a network on images: epochs of batches, from the beginning or from a checkpoint to the end.</summary>
internal sealed partial class TrainingLoop
{
    private readonly ImageClassifierNetwork _network;
    private readonly ImageDataset _train;
    private readonly ImageDataset? _validation;
    private readonly Preprocessing _preprocessing;
    private readonly TrainingOptions _options;
    private readonly Device _device;
    private readonly Action<string> _log;
    private readonly FineTunePlan _plan;
    private readonly TrainingState _state;
    private readonly TrainingStep _step;
    private readonly TrainingLog? _trainingLog;
    private readonly CheckpointFolder? _checkpoints;
    private readonly TrainingFingerprint? _fingerprint;
    private readonly DataParallel? _parallel;
    private bool _isStopped;

    private TrainingLoop(
        Preprocessing preprocessing, TrainingImages train, TrainingImages? validation, TrainingOptions options, Device device,
        Action<string> log, FineTunePlan plan, TrainingState state, TrainingLoss loss, TrainingLog? trainingLog, Teacher? teacher,
        DataParallel? parallel)
    {
        (_network, _preprocessing, _options, _device, _log, _plan,
            _state) = (state.Network, preprocessing, options, device, log, plan, state);
        _step = new(state, options, device, loss, parallel);
        (_trainingLog, _parallel) = (trainingLog, parallel);
        var cache = options.KeepsDecodedImages ? new DecodedImageCache(options.ImageCacheBytes) : null;
        _train = new(train, "training", preprocessing, options, device, (index, bad) => LeaveOut(index, bad, isValidation: false), cache);
        _validation = validation is null
            ? null
            : new(
                validation, "validation", preprocessing, options, device, (index, bad) => LeaveOut(index, bad, isValidation: true), cache);
        if (options.CheckpointDirectory is null && parallel is null)
            return;
        _fingerprint = new(options, _network.Backbone.Spec, preprocessing, train, validation, teacher);
        _checkpoints = CheckpointFolder.Open(options, _fingerprint);
    }

    /// <summary>Trains a network; it stays on the device, in evaluation mode.</summary>
    /// <param name="network">Its present weights are where the training starts, unless it goes on from a checkpoint.</param>
    /// <param name="preprocessing">What the network expects of its input.</param>
    /// <param name="train">Images to learn from, of at least two classes.</param>
    /// <param name="validation">Images to measure with after every epoch, or null.</param>
    /// <param name="options">How to train.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="log">Gets a line for every epoch and every image that is left out.</param>
    /// <param name="teacher">What the network learns from besides the labels, or null.</param>
    /// <returns>What was achieved; it says when the training was canceled after its first step.</returns>
    /// <exception cref="ArgumentException">The options, the labels or the checkpoint cannot work.</exception>
    /// <exception cref="InvalidDataException">
    /// Too many images cannot be read, or one while <see cref="TrainingOptions.OnBadImage"/> says Throw.
    /// </exception>
    /// <exception cref="InvalidOperationException">The loss is no longer a finite number.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The training was canceled before its first step.</exception>
    public static TrainingHistory Run(
        ImageClassifierNetwork network, Preprocessing preprocessing, TrainingImages train, TrainingImages? validation,
        TrainingOptions options, Device device, Action<string> log, Teacher? teacher = null)
    {
        validation = validation is { Items.Count: > 0 } ? validation : null;
        TrainingCheck.Require(options, train, validation);
        using var parallel = DataParallel.For(options, device);
        if (parallel is null)
            options.CancellationToken.ThrowIfCancellationRequested();
        else
            options = parallel.OptionsOf(options);

        using var memory = new MallocTuning();
        using var threads = TorchThreads.Use(options.Threads);
        network.to(device);
        ChannelsLast.Apply(network);
        var plan = new FineTunePlan(network, options);
        try
        {
            using var loss = TrainingLoss.Of(train, options, device, teacher, preprocessing);
            using var state = new TrainingState(network, plan, options, device);
            using var trainingLog = TrainingLog.For(options, preprocessing);
            return new TrainingLoop(
                preprocessing, train, validation, options, device, log, plan, state, loss, trainingLog, teacher, parallel).Run();
        }
        catch (Exception error) when (parallel is { HasAgreed: false })
        {
            parallel.Abort(error);
            throw;
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
        _parallel?.Begin(_state, _fingerprint!);
        Resume();
        var isResumed = _state.StepCount > 0;
        try
        {
            foreach (var planned in _plan.Phases)
            {
                if (_isStopped || _state.Epoch > planned.LastEpoch)
                    continue;
                if (planned.BackboneLearns || !_options.CacheFeatures)
                    RunPhaseOnImages(planned);
                else
                    RunPhaseOnFeatures(planned);
            }
            return Finish();
        }
        catch (OperationCanceledException) when (_options.CancellationToken.IsCancellationRequested && (_state.StepCount > 0 || isResumed))
        {
            return Cancel();
        }
    }

    private void RunPhaseOnImages(FineTunePlan.Phase planned)
    {
        foreach (var (bad, index, isValidation, _) in _state.BadImages)
            (isValidation ? _validation : _train)?.Know(index, bad);
        RunPhase(planned, TrainingPhase.OnImages(_state, _train, _validation, planned.BackboneLearns) with
        {
            NoInputs = _parallel is null || !_options.SyncBatchNorm || !planned.BackboneLearns
                ? null
                : () => zeros(0, _network.Backbone.Spec.InputChannels, _preprocessing.ImageSize, _preprocessing.ImageSize, device: _device),
        });
    }

    private void RunPhaseOnFeatures(FineTunePlan.Phase planned)
    {
        // After a checkpoint of this phase the features are computed once more, by the same batches; the same images turn out to be bad.
        _state.BadImages.RemoveAll(bad => bad.Epoch >= planned.FirstEpoch);
        var watch = Stopwatch.StartNew();
        _network.eval();
        using var form = new FoldedNetwork(
            _network.Backbone, _device, _state.MixedPrecision is null ? ScalarType.Float32 : ScalarType.BFloat16);
        var featureCount = _network.Backbone.Spec.FeatureCount;
        var cache = _options.FeatureCacheDirectory is not { } directory ? null : new FeatureCache(
            directory, FeatureKey.Of(
                _network.Backbone, _preprocessing, _options.Precision.On(_device), _options.MaxPixels), featureCount, _log);
        using var train = new FeatureDataset(_train, featureCount, form.Run, _options, _device, cache);
        _train.RequireEnough(classCount: 2);
        using var validation = _validation is null
            ? null
            : new FeatureDataset(_validation, featureCount, form.Run, _options, _device, cache);
        _parallel?.Agree(Admit);
        _log(FormattableString.Invariant($"The features of every image are there after {watch.Elapsed.TotalSeconds:F1} s."));
        RunPhase(planned, new(train, validation, features => (_network.Head.call(features), []), _network.Head.call));
    }

    private void RunPhase(FineTunePlan.Phase planned, TrainingPhase phase)
    {
        while (_state.Epoch <= planned.LastEpoch && !_isStopped)
        {
            _plan.BeginEpoch(_state.Epoch);
            _parallel?.BeginEpoch(_state, _device);
            TrainEpoch(planned, phase);
            var progress = MeasureEpoch(phase);
            _state.Epochs.Add(progress);
            _isStopped = planned.LastEpoch == _options.Epochs
                && progress.Epoch - Math.Max(_state.Best.Epoch ?? 0, planned.FirstEpoch - 1) >= (_options.Patience ?? int.MaxValue);
            _state.BeginEpoch(_isStopped ? _options.Epochs + 1 : progress.Epoch + 1);
            if (_checkpoints is not null && (_isStopped || _checkpoints.IsDueAfter(progress.Epoch)))
                _checkpoints.Write(_state);
            _log(progress.ToString());
            _trainingLog?.Epoch(progress, _network, _train);
            _options.Progress?.Report(progress);
            _options.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private void TrainEpoch(FineTunePlan.Phase planned, TrainingPhase phase)
    {
        var epoch = _state.Epoch;
        var images = phase.Train.Images;
        var order = EpochSampler.Of(ReadableAtTheStart(phase, epoch), images.ClassesOf, _options, epoch)
            .Repeat(Repeats(phase), images.Items.Count);
        var stepsPerEpoch = (order.BatchCount + _options.AccumulationSteps - 1) / _options.AccumulationSteps;
        var (watch, secondsBefore) = (Stopwatch.StartNew(), _state.Seconds);
        foreach (var batch in Batches(phase.Train, order, epoch))
        {
            using (batch)
            {
                _train.RequireEnough(classCount: 2);
                var scheduleStep = (epoch - planned.FirstEpoch) * stepsPerEpoch + _state.BatchCount / _options.AccumulationSteps;
                _state.Optimizer.LearningRate =
                    _options.EffectiveLearningRate * LearningRateSchedule.Factor(
                        _options, scheduleStep, planned.EpochCount * stepsPerEpoch, planned.EpochCount);
                Learn(batch, phase, order);
                _options.StepProgress?.Report(new(epoch, _options.Epochs, _state.BatchCount, order.BatchCount, ImageCount(batch, order)));
            }
            _state.Seconds = secondsBefore + watch.Elapsed.TotalSeconds;
            if (_checkpoints?.IsDue == true && !_step.IsPending)
                WriteCheckpoint();
            _options.CancellationToken.ThrowIfCancellationRequested();
        }
        RequireFiniteWeights();
    }

    // Features were taken of images that nothing varied: one view of each is all there is.
    private int Repeats(TrainingPhase phase) => phase.Train == _train ? _options.Augmentation?.Repeats ?? 1 : 1;

    private void Learn(ITrainingBatch batch, TrainingPhase phase, EpochSampler order)
    {
        // Batch normalization cannot learn from one image; another epoch's order puts it into another batch.
        if (batch.Indices.Length > 1 || (batch.Indices.Length == 1 && (_options.BatchSize == 1 || _parallel is { SharesNorms: true })))
        {
            var loss = _step.Learn(batch, phase, order.ShareInStep(_state.BatchCount, batch.Indices.Length, _options.AccumulationSteps));
            if (_parallel is null)
                NoteLoss(loss);
        }
        else if (_parallel is not null)
        {
            _step.Skip(phase);
        }
        _state.BatchCount++;
        if (_state.BatchCount % _options.AccumulationSteps == 0 || _state.BatchCount == order.BatchCount)
            FinishStep();
    }

    private void NoteLoss(double loss)
    {
        if (!double.IsFinite(loss))
        {
            throw Agreed(DivergenceCheck.Error(
                FormattableString.Invariant($"The loss became {loss}"), _state, _options, _checkpoints?.Newest));
        }
        _options.StepDone?.Invoke(_state.StepCount, (float)loss);
        _trainingLog?.Step(_state.StepCount + 1, loss, _state.Optimizer.LearningRate);
    }

    private TrainingProgress MeasureEpoch(TrainingPhase phase)
    {
        var watch = Stopwatch.StartNew();
        // Validated and kept is what would be saved: the average where there is one.
        _state.Average?.Swap();
        try
        {
            var validated = phase.Validation is null
                ? null
                : EpochValidation.Measure(_network, phase.Validation, phase.Score, _options, _device, _parallel);
            _parallel?.Agree(Admit);
            _validation?.RequireEnough(classCount: 1);
            var progress = new TrainingProgress
            {
                Epoch = _state.Epoch,
                EpochCount = _options.Epochs,
                TrainLoss = _state.Totals.Loss,
                TrainAccuracy = _state.Totals.Accuracy,
                ValidationLoss = validated?.Loss,
                ValidationAccuracy = validated?.Accuracy,
                ValidationTop5Accuracy = validated?.Top5Accuracy,
                ValidationMacroF1 = validated?.MacroF1,
                ValidationMeanAveragePrecision = validated?.MeanAveragePrecision,
                LearningRate = _state.Optimizer.LearningRate,
                ImagesPerSecond = _state.Totals.Count / _state.Seconds,
                Seconds = _state.Seconds + watch.Elapsed.TotalSeconds,
                BadImages = [.. _state.BadImages.Select(bad => bad.Image)],
            };
            if (validated is not null || _options.Patience is not null)
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
        if (_options.Patience is not null && _state.Best.Epoch is { } best)
        {
            _state.Best.Restore();
            _log($"The model is that of epoch {best}, the best by {_options.BestMetric}.");
            return _state.History(modelEpoch: best) with { IsStoppedEarly = _state.Epochs.Count < _options.Epochs };
        }
        _state.Average?.Swap();
        return _state.History(modelEpoch: _state.Epochs.Count);
    }

    private TrainingHistory Cancel()
    {
        // In the middle of a step normalization has seen batches that the weights have not.
        if (_checkpoints is not null && !_step.IsPending)
            WriteCheckpoint();
        if (_state.Best.Epoch is { } best)
        {
            _state.Best.Restore();
            _log(
                $"Training was canceled after step {_state.StepCount}; the model is that of epoch {best}, the best " +
                $"by {_options.BestMetric}.");
            return _state.History(modelEpoch: best) with { IsCanceled = true };
        }
        _state.Average?.Swap();
        _log($"Training was canceled after step {_state.StepCount}; the model is as that step left it.");
        return _state.History(modelEpoch: null) with { IsCanceled = true };
    }
}
