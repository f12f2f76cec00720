using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

// Batch normalization over the images of several processes, as if they were one batch: their sums are added up once in each direction.
// A process may have no images; it takes part all the same.
internal sealed class SharedBatchNorm : autograd.SingleTensorFunction<SharedBatchNorm>
{
    private const string PartsKey = "parts";
    private static readonly long[] AllButChannels = [0, 2, 3];

    // Gradients that the engine has by now: their handles would otherwise live until the training step's scope ends.
    [ThreadStatic]
    private static List<Tensor>? handedOver;

    public override string Name => nameof(SharedBatchNorm);

    // What a batch norm makes of its input in training; its running statistics are moved by those of all images.
    internal static Tensor Apply(FoldableBatchNorm norm, ITransport processes, Tensor x)
    {
        var statistics = Statistics.Of(x, processes);
        norm.Move(statistics.Mean, statistics.Variance, statistics.Count);
        return apply([new Parts(processes, norm.eps, statistics.Count), x, norm.weight, norm.bias!, statistics.Mean, statistics.Variance]);
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var parts = (Parts)vars[0];
        var (x, weight, bias, mean, variance) = ((Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3], (Tensor)vars[4], (Tensor)vars[5]);
        ctx.save_data(PartsKey, parts);
        ctx.save_for_backward([x, weight, mean, variance]);
        return nn.functional.batch_norm(x, mean, variance, weight, bias, training: false, eps: parts.Epsilon);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        handedOver?.ForEach(gradient => gradient.Dispose());
        handedOver = Gradients((Parts)ctx.get_data(PartsKey), ctx.get_saved_variables(), grad_output);
        grad_output.Dispose();
        return [null!, .. handedOver, null!, null!];
    }

    // Ioffe and Szegedy (2015), section 3, with the means over the images of all processes.
    private static List<Tensor> Gradients(Parts parts, List<Tensor> saved, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (x, weight, mean, variance) = (saved[0], saved[1], saved[2], saved[3]);
        var deviation = (variance + parts.Epsilon).rsqrt();
        var dy = gradient.to(ScalarType.Float32);
        var normalized = (x - PerChannel(mean)) * PerChannel(deviation);
        var (shift, scale) = (dy.sum(AllButChannels), (dy * normalized).sum(AllButChannels));

        var sums = cat([shift, scale]);
        parts.Processes.AllReduceSum(sums);
        var halves = sums.div_(Math.Max(1, parts.Count)).chunk(2);
        var dx = (dy - PerChannel(halves[0]) - normalized * PerChannel(halves[1])) * PerChannel(weight * deviation);
        return [.. new[] { dx.to(x.dtype), scale, shift }.Select(result => result.MoveToOuterDisposeScope())];
    }

    private static Tensor PerChannel(Tensor values) => values.reshape(1, -1, 1, 1);

    private sealed record Parts(ITransport Processes, double Epsilon, long Count);

    // Of each channel: Count values in all processes, their mean and their variance (divided by the count); shapes [C].
    private sealed record Statistics(Tensor Mean, Tensor Variance, long Count)
    {
        // Each process has a row for its own count, means and squared distances from them; Chan et al. (1979) put them together.
        public static Statistics Of(Tensor x, ITransport processes)
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var (channels, values) = (x.shape[1], x.detach().to(ScalarType.Float32));
            var count = values.numel() / channels;
            var rows = zeros([processes.Size, 1 + 2 * channels], ScalarType.Float32, x.device);
            if (count > 0)
            {
                var own = values.mean(AllButChannels);
                var distances = (values - PerChannel(own)).square().sum(AllButChannels);
                rows[processes.Rank].copy_(cat([tensor(new[] { (float)count }, device: x.device), own, distances]));
            }
            processes.AllReduceSum(rows);

            var all = rows.to(ScalarType.Float64);
            var (counts, means, squares) = (
                all.narrow(1, 0, 1), all.narrow(1, 1, channels), all.narrow(1, 1 + channels, channels));
            var total = (long)counts.sum().item<double>();
            var mean = (counts * means).sum([0]) / Math.Max(1, total);
            var variance = (squares + counts * (means - mean).square()).sum([0]) / Math.Max(1, total);
            return new(
                mean.to(ScalarType.Float32).MoveToOuterDisposeScope(), variance.to(ScalarType.Float32).MoveToOuterDisposeScope(), total);
        }
    }
}
