using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Trains some steps with a learning rate that rises all the time, to see which one suits.</summary>
internal static class LearningRateFinder
{
    private const double Lowest = 1e-6;
    private const double Highest = 10;

    // A loss that has risen to this many times its lowest value will not come back.
    private const double DivergenceFactor = 4;

    /// <summary>Runs the trial. The network's weights are of no use afterwards.</summary>
    /// <param name="network">Its present weights are where the trial starts.</param>
    /// <param name="preprocessing">What the network expects of its input.</param>
    /// <param name="train">Images to learn from.</param>
    /// <param name="options">How they are learned from; schedule, epochs and checkpoints do not matter.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="stepCount">Steps from the lowest rate to the highest, at least 3.</param>
    /// <param name="teacher">What the network learns from besides the labels, or null.</param>
    /// <param name="log">Gets a line for every image that is left out.</param>
    /// <exception cref="OperationCanceledException">The options' token was canceled.</exception>
    public static LearningRateCurve Run(
        ImageClassifierNetwork network, Preprocessing preprocessing, TrainingImages train, TrainingOptions options, Device device,
        int stepCount, Teacher? teacher, Action<string> log)
    {
        options.Validate();
        train.Validate();
        using var memory = new MallocTuning();
        using var threads = TorchThreads.Use(options.Threads);
        network.to(device);
        ChannelsLast.Apply(network);
        var plan = new FineTunePlan(network, options);
        using var trainingLoss = TrainingLoss.Of(train, options, device, teacher, preprocessing);
        using var state = new TrainingState(network, plan, options, device);
        var step = new TrainingStep(state, options, device, trainingLoss);
        var dataset = new ImageDataset(
            train, "training", preprocessing, options, device, (_, bad) => log($"'{bad.Origin}' is left out: {bad.Reason}"));
        var backboneLearns = plan.PhaseOf(options.Epochs).BackboneLearns;
        var phase = TrainingPhase.OnImages(state, dataset, validation: null, backboneLearns);
        plan.BeginEpoch(options.Epochs);

        var steps = new List<(double LearningRate, double Loss)>();
        var lowestLoss = double.PositiveInfinity;
        foreach (var batch in Endless(dataset, options))
        {
            using (batch)
            {
                dataset.RequireEnough(classCount: 2);
                if (batch.Indices.Length < Math.Min(2, options.BatchSize))
                    continue;
                state.Optimizer.LearningRate = Lowest * Math.Pow(Highest / Lowest, (double)steps.Count / (stepCount - 1));
                var loss = step.Learn(batch, phase);
                step.Finish();
                if (!float.IsFinite(loss) || loss > DivergenceFactor * lowestLoss)
                    break;
                lowestLoss = Math.Min(lowestLoss, loss);
                steps.Add((state.Optimizer.LearningRate, loss));
                if (steps.Count == stepCount)
                    break;
            }
        }
        return LearningRateCurve.Of(steps);
    }

    private static IEnumerable<ITrainingBatch> Endless(ImageDataset dataset, TrainingOptions options)
    {
        for (var epoch = 1; ; epoch++)
        {
            var order = EpochSampler.Of(dataset.ReadableIndices, dataset.Images.ClassesOf, options, epoch)
                .Repeat(options.Augmentation?.Repeats ?? 1, dataset.Images.Items.Count);
            foreach (var batch in dataset.Read(order.Indices, order.BatchSize, epoch))
                yield return batch;
        }
    }
}
