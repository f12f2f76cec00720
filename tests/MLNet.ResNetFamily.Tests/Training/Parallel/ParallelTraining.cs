using MLNet.ResNetFamily.Tests.Distributed;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Tests.Training.Parallel;

/// <summary>Trains tiny networks in threads that stand for processes.</summary>
internal static class ParallelTraining
{
    public static TrainingOptions Quick { get; } =
        new() { Epochs = 2, BatchSize = 4, Augmentation = null, Threads = 1, LearningRate = 0.05 };

    /// <summary>What a process ended with.</summary>
    /// <param name="History">What it reports.</param>
    /// <param name="Weights">All weights and statistics, one after the other.</param>
    public sealed record Outcome(TrainingHistory History, float[] Weights);

    /// <summary>Trains in several processes, whose networks begin differently.</summary>
    public static Outcome[] Run(
        int processCount, TrainingOptions options, TrainingImages train, TrainingImages? validation = null,
        Func<int, TrainingOptions, TrainingOptions>? change = null)
    {
        var (outcomes, errors, _) = TryRun(processCount, options, _ => train, validation, change);
        Assert.IsTrue(errors.All(error => error is null), string.Join('\n', errors.Where(error => error is not null)));
        return outcomes!;
    }

    /// <summary>The same where things go wrong.</summary>
    public static (Outcome?[] Outcomes, Exception?[] Errors, string?[] Reasons) TryRun(
        int processCount, TrainingOptions options, Func<int, TrainingImages> train, TrainingImages? validation = null,
        Func<int, TrainingOptions, TrainingOptions>? change = null)
    {
        ImageClassifierNetwork[] networks = [.. Enumerable.Range(1, processCount).Select(seed => ToyImages.Network(seed))];
        return ThreadTransport.TryRun(processCount, transport =>
        {
            var own = options with { Distributed = new(transport) };
            using var network = networks[transport.Rank];
            return Train(network, change?.Invoke(transport.Rank, own) ?? own, train(transport.Rank), validation);
        });
    }

    /// <summary>Trains alone, from the weights that the first of several processes begins with.</summary>
    public static Outcome Alone(TrainingOptions options, TrainingImages train, TrainingImages? validation = null)
    {
        using var network = ToyImages.Network(seed: 1);
        return Train(network, options, train, validation);
    }

    public static void AssertClose(float[] expected, float[] actual, double tolerance) =>
        Assert.IsLessThan(tolerance, expected.Zip(actual, (one, other) => Math.Abs(one - other)).Max());

    private static Outcome Train(
        ImageClassifierNetwork network, TrainingOptions options, TrainingImages train, TrainingImages? validation)
    {
        var history = TrainingLoop.Run(network, ToyImages.Preprocessing, train, validation, options, CPU, _ => { });
        using var scope = NewDisposeScope();
        return new(history, [.. network.NamedState().Where(entry => entry.Tensor.is_floating_point())
            .SelectMany(entry => entry.Tensor.detach().contiguous().data<float>().ToArray())]);
    }
}
