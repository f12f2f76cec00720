using static TorchSharp.torch;

namespace MLNet.ResNetFamily.Cli;

/// <summary>What this machine reaches at best: a large matrix product.</summary>
internal static class CeilingBench
{
    private const int Size = 2048;

    public static IEnumerable<(string Name, object? Value)> Run(BenchTask task)
    {
        set_num_threads(task.Threads);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        var type = task.Precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var left = randn(Size, Size).to(type);
        var right = randn(Size, Size).to(type);
        var times = StepTimer.Times(() => left.mm(right).Dispose(), task.Cancellation);
        return [("gflop_per_s", Math.Round(2e-9 * Size * Size * Size / times.Min(), 1)), ("repeats", times.Count)];
    }
}
