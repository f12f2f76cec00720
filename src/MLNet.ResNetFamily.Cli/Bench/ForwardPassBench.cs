using TorchSharp;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Times what scoring does with a batch that is decoded already: from pixels to probabilities.</summary>
internal static class ForwardPassBench
{
    public static IEnumerable<(string Name, object? Value)> Run(BenchTask task)
    {
        LibtorchStart.Require();
        torch.manual_seed(0);
        using var network = new ImageClassifierNetwork(task.Spec, BenchTask.ClassCount);
        var size = task.Spec.Preprocessing.ImageSize;
        using var form = new InferenceEngine(network, torch.CPU, task.Precision, givesLogits: true, Results.Note);
        var random = new Random(0);
        var pixels = new float[task.Batch * 3 * size * size];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = 4 * random.NextSingle() - 2;
        var times = StepTimer.Times(() => form.Run(pixels, size, task.Threads), task.Cancellation);
        return
        [
            ("dtype", BenchTask.TypeName(form.Precision)), .. StepTimer.Rate(task.Batch, times),
            ("gflop_per_s", task.OperationRate(task.Batch / Statistics.Median(times))),
        ];
    }
}
