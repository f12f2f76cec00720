using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Trains a network on images: epochs of batches, each batch one step of the optimiser.</summary>
internal sealed class TrainingLoop
{
    private const int ListedBadImages = 10;

    private readonly ImageClassifierNetwork _network;
    private readonly Preprocessing _preprocessing;
    private readonly TrainingImages _train;
    private readonly TrainingImages? _validation;
    private readonly TrainingRecipe _recipe;
    private readonly Device _device;
    private readonly Action<string> _log;
    private readonly FineTunePlan _plan;
    private readonly Optimization _optimization;
    private readonly List<BadImage> _badImages = [];
    private readonly HashSet<int> _badTrainIndices = [];
    private readonly HashSet<int> _badValidationIndices = [];
    private int _stepsDone;

    private TrainingLoop(
        ImageClassifierNetwork network, Preprocessing preprocessing, TrainingImages train, TrainingImages? validation,
        TrainingRecipe recipe, Device device, Action<string> log, FineTunePlan plan, Optimization optimization)
    {
        (_network, _preprocessing, _train, _validation) = (network, preprocessing, train, validation);
        (_recipe, _device, _log, _plan, _optimization) = (recipe, device, log, plan, optimization);
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
        var classCount = train.DistinctClassCount(Enumerable.Range(0, train.Items.Count));
        if (classCount < 2)
        {
            throw new ArgumentException(
                $"The {train.Items.Count} training images show {classCount} classes, but a classifier needs at least 2. Add images of another class.");
        }
        recipe.CancellationToken.ThrowIfCancellationRequested();

        TorchThreads.Use(recipe.Threads);
        network.to(device);
        ChannelsLast.Apply(network);
        var plan = new FineTunePlan(network, recipe);
        try
        {
            using var optimization = new Optimization(plan.Parts, recipe);
            return new TrainingLoop(network, preprocessing, train, validation, recipe, device, log, plan, optimization).Run();
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
        var epochs = new List<TrainingProgress>();
        try
        {
            for (var epoch = 1; epoch <= _recipe.Epochs; epoch++)
            {
                var progress = RunEpoch(epoch);
                epochs.Add(progress);
                _log(Describe(progress));
                _recipe.Progress?.Report(progress);
            }
            return new() { Epochs = epochs, BadImages = _badImages };
        }
        catch (OperationCanceledException) when (_recipe.CancellationToken.IsCancellationRequested && _stepsDone > 0)
        {
            _log($"Training was cancelled after step {_stepsDone}; the model is as that step left it.");
            return new() { Epochs = epochs, BadImages = _badImages, IsCanceled = true };
        }
    }

    private TrainingProgress RunEpoch(int epoch)
    {
        var watch = Stopwatch.StartNew();
        var train = TrainEpoch(epoch);
        var trainSeconds = watch.Elapsed.TotalSeconds;
        var validation = _validation is { Items.Count: > 0 } ? Validate(_validation) : null;

        return new()
        {
            Epoch = epoch,
            EpochCount = _recipe.Epochs,
            TrainLoss = train.Loss,
            TrainAccuracy = train.Accuracy,
            ValidationLoss = validation?.Loss,
            ValidationAccuracy = validation?.Accuracy,
            LearningRate = _optimization.LearningRate,
            ImagesPerSecond = train.Count / trainSeconds,
            Seconds = watch.Elapsed.TotalSeconds,
            BadImages = [.. _badImages],
        };
    }

    private EpochTotals TrainEpoch(int epoch)
    {
        var order = EpochOrder(epoch);

        // Batches of equal size: a last one of a few images would disturb the statistics of batch normalisation.
        var batchCount = (order.Length + _recipe.BatchSize - 1) / _recipe.BatchSize;
        var batchSize = (order.Length + batchCount - 1) / batchCount;
        var phase = _plan.PhaseOf(epoch);
        var step = (epoch - phase.FirstEpoch) * batchCount;
        var totals = new EpochTotals();
        _plan.BeginEpoch(epoch);
        foreach (var batch in Read(_train, order, batchSize, TrainTransform(epoch)))
        {
            using (batch)
            {
                NoteBadImages(batch, _badTrainIndices);
                RequireEnoughImages();

                // Batch normalisation cannot learn from one image; another epoch's order puts it into another batch.
                if (batch.Count > 1 || (batch.Count == 1 && _recipe.BatchSize == 1))
                    Step(batch, epoch, LearningRateSchedule.Factor(_recipe, step, phase.EpochCount * batchCount), totals);
                step++;
            }
            _recipe.CancellationToken.ThrowIfCancellationRequested();
        }
        return totals;
    }

    private void Step(ImageBatch batch, int epoch, double rateFactor, EpochTotals totals)
    {
        using var scope = NewDisposeScope();
        _optimization.LearningRate = _recipe.EffectiveLearningRate * rateFactor;

        var labels = LabelsOf(batch, _train);
        _network.zero_grad();
        var (logits, auxiliary) = _recipe.FineTune == FineTuneKind.HeadOnly ? (_network.call(InputOf(batch)), null) : _network.TrainingLogits(InputOf(batch));
        var loss = nn.functional.cross_entropy(logits, labels, label_smoothing: _recipe.LabelSmoothing);
        if (auxiliary is not null)
            loss += ImageClassifierNetwork.AuxiliaryLossWeight * nn.functional.cross_entropy(auxiliary, labels, label_smoothing: _recipe.LabelSmoothing);
        var lossValue = loss.item<float>();
        if (!float.IsFinite(lossValue))
            throw Diverged(lossValue, epoch);
        loss.backward();
        _optimization.Step();
        _stepsDone++;
        totals.Add(lossValue, logits, labels);
    }

    private EpochTotals Validate(TrainingImages images)
    {
        var order = Enumerable.Range(0, images.Items.Count).Where(index => !_badValidationIndices.Contains(index)).ToArray();
        var preprocessor = new Preprocessor(_preprocessing);
        var totals = new EpochTotals();
        _network.eval();
        using var inference = inference_mode();
        foreach (var batch in Read(images, order, _recipe.BatchSize, (_, image, planes) => preprocessor.Apply(image, planes)))
        {
            using (batch)
            {
                NoteBadImages(batch, _badValidationIndices);
                if (batch.Count == 0)
                    continue;
                using var scope = NewDisposeScope();
                var labels = LabelsOf(batch, images);
                var logits = _network.call(InputOf(batch));
                totals.Add(nn.functional.cross_entropy(logits, labels).item<float>(), logits, labels);
            }
        }
        if (totals.Count == 0)
            throw new InvalidDataException($"None of the {images.Items.Count} validation images can be read. {ListBadImages()}");
        return totals;
    }

    private IEnumerable<ImageBatch> Read(TrainingImages images, int[] order, int batchSize, Action<int, RgbImage, Span<float>> transform) =>
        ImageBatches.Read(
            images.Items, order, batchSize, _preprocessing.ImageSize, transform, _recipe.MaxPixels, _recipe.EffectiveThreads, _recipe.CancellationToken);

    private Action<int, RgbImage, Span<float>> TrainTransform(int epoch)
    {
        if (_recipe.Augmentation is null)
        {
            var preprocessor = new Preprocessor(_preprocessing);
            return (_, image, planes) => preprocessor.Apply(image, planes);
        }
        var augmentation = new Augmentation(_preprocessing, _recipe.Augmentation);
        return (index, image, planes) => augmentation.Apply(image, Augmentation.RandomFor(_recipe.Seed, epoch, index), planes);
    }

    /// <summary>The readable training images in an order of the epoch's own.</summary>
    private int[] EpochOrder(int epoch)
    {
        var order = Enumerable.Range(0, _train.Items.Count).Where(index => !_badTrainIndices.Contains(index)).ToArray();
        Augmentation.RandomFor(_recipe.Seed, epoch, -1).Shuffle(order);
        return order;
    }

    /// <summary>The batch's images on the device, [N, 3, S, S]; it may share memory with the batch, which has to live longer.</summary>
    private Tensor InputOf(ImageBatch batch)
    {
        var size = _preprocessing.ImageSize;
        var planes = frombuffer(batch.Pixels, ScalarType.Float32, count: (long)batch.Count * 3 * size * size).view(batch.Count, 3, size, size);
        return ChannelsLast.Order(planes.to(_device));
    }

    private Tensor LabelsOf(ImageBatch batch, TrainingImages images) =>
        tensor(Array.ConvertAll(batch.Indices, index => (long)images.Labels[index]), device: _device);

    private void NoteBadImages(ImageBatch batch, HashSet<int> badIndices)
    {
        foreach (var (bad, index) in batch.Bad.Zip(batch.BadIndices))
        {
            if (_recipe.OnBadImage == OnBadImage.Throw)
                throw new InvalidDataException($"'{bad.Origin}': {bad.Reason} Remove the image, or set 'OnBadImage' to Skip to train without it.");
            badIndices.Add(index);
            _badImages.Add(bad);
            _log($"'{bad.Origin}' is left out: {bad.Reason}");
        }
    }

    private void RequireEnoughImages()
    {
        if (_badTrainIndices.Count == 0)
            return;
        var count = _train.Items.Count;
        var readable = Enumerable.Range(0, count).Where(index => !_badTrainIndices.Contains(index));
        if (2 * _badTrainIndices.Count > count)
            throw new InvalidDataException($"At least {_badTrainIndices.Count} of the {count} training images cannot be read, which is over half. {ListBadImages()}");
        if (_train.DistinctClassCount(readable) < 2)
            throw new InvalidDataException($"The training images that can be read show fewer than 2 classes. {ListBadImages()}");
    }

    private string ListBadImages() =>
        $"Repair or remove them: {string.Join(" ", _badImages.Take(ListedBadImages).Select(bad => $"'{bad.Origin}': {bad.Reason}"))}"
        + (_badImages.Count > ListedBadImages ? $" (The first {ListedBadImages} of {_badImages.Count}.)" : "");

    private InvalidOperationException Diverged(float loss, int epoch) => new(FormattableString.Invariant(
        $"The loss became {loss} at step {_stepsDone + 1}, in epoch {epoch}, with learning rate {_optimization.LearningRate:G3}: the training has diverged. ")
        + FormattableString.Invariant($"Set 'LearningRate' lower, to {_recipe.EffectiveLearningRate / 10:G3} for instance, or 'WarmUpFraction' higher."));

    private static string Describe(TrainingProgress progress)
    {
        var validation = progress.ValidationLoss is null
            ? ""
            : FormattableString.Invariant($"validation loss {progress.ValidationLoss:F4}, accuracy {progress.ValidationAccuracy:P2}; ");
        return FormattableString.Invariant($"Epoch {progress.Epoch}/{progress.EpochCount}: loss {progress.TrainLoss:F4}, accuracy {progress.TrainAccuracy:P2}; ")
            + validation
            + FormattableString.Invariant($"learning rate {progress.LearningRate:G3}; {progress.ImagesPerSecond:F1} images/s; {progress.Seconds:F1} s");
    }
}
