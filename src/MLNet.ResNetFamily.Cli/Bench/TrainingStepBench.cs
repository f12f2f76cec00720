using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Times one step of training on a batch that is decoded already: forward, loss, backward, optimizer.</summary>
internal static class TrainingStepBench
{
    public static IEnumerable<(string Name, object? Value)> Run(BenchTask task)
    {
        set_num_threads(task.Threads);
        manual_seed(0);
        using var network = new ImageClassifierNetwork(task.Spec, BenchTask.ClassCount);
        ChannelsLast.Apply(network);
        network.train();
        var options = new TrainingOptions { LearningRate = 1e-3 };
        using var optimizer = new GroupedOptimizer(new FineTunePlan(network, options).Parts, options);
        using var twin = task.Precision.On(CPU) == Precision.BFloat16 ? new MixedPrecisionNetwork(network, CPU) : null;
        using var memory = new MallocTuning();
        var size = task.Spec.Preprocessing.ImageSize;
        using var images = ChannelsLast.Order(randn(task.Batch, 3, size, size));
        using var labels = arange(task.Batch).remainder(BenchTask.ClassCount);
        var times = StepTimer.Times(Step, task.Cancellation);
        return
        [
            ("dtype", task.TypeName(task.Precision.On(CPU))), .. StepTimer.Rate(task.Batch, times),
            ("gflop_per_s", task.OperationRate(task.Batch / Statistics.Median(times), passes: 3)),
        ];

        void Step()
        {
            using var scope = NewDisposeScope();
            network.zero_grad();
            var (logits, auxiliary) = twin?.TrainingLogits(images) ?? network.TrainingLogits(images);
            var loss = nn.functional.cross_entropy(logits, labels);
            foreach (var other in auxiliary)
                loss += network.AuxiliaryLossWeight * nn.functional.cross_entropy(other, labels);
            loss.backward();
            twin?.HandOverGradients();
            optimizer.Step();
        }
    }
}
