using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// The gradients of a step, added up over all processes in float32, and with them the running statistics of batch normalization and the
/// step's sums: one message of everything, in pieces of 25 MB.
/// </summary>
internal sealed class GradientSum : IDisposable
{
    private const int BucketLength = 25_000_000 / sizeof(float);

    private readonly ITransport _transport;
    private readonly (Parameter Parameter, Tensor View)[] _gradients;
    private readonly (Tensor Statistic, Tensor View)[] _statistics;
    private readonly Tensor _values;
    private readonly long _gradientLength, _tailAt;

    /// <param name="transport">Adds up.</param>
    /// <param name="parameters">The weights that learn; the same everywhere.</param>
    /// <param name="statistics">
    /// Running statistics that each process moved by its own images: everybody gets their mean, weighted by images.
    /// </param>
    /// <param name="device">Where the network is.</param>
    public GradientSum(ITransport transport, IEnumerable<Parameter> parameters, IEnumerable<Tensor> statistics, Device device)
    {
        _transport = transport;
        var (own, norms) = (parameters.ToArray(), statistics.ToArray());
        _gradientLength = own.Sum(parameter => parameter.numel());
        _tailAt = _gradientLength + norms.Sum(statistic => statistic.numel());
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        _values = zeros(_tailAt + own.Length + StepSums.ValueCount, ScalarType.Float32, device).DetachFromDisposeScope();
        var next = 0L;
        // A gradient has its weight's order in memory, so that it is copied as a block.
        _gradients = [.. own.Select(parameter => (parameter, ViewOf(parameter)))];
        _statistics = [.. norms.Select(statistic => (statistic, ViewOf(statistic)))];

        Tensor ViewOf(Tensor like)
        {
            var view = _values.as_strided(like.shape, like.stride(), next).DetachFromDisposeScope();
            next += like.numel();
            return view;
        }
    }

    /// <summary>
    /// Makes every weight's gradient the sum of all processes' divided by the sum of their weights; a weight that got no gradient anywhere
    /// has none afterwards.
    /// </summary>
    /// <param name="own">What this process adds; its gradients are those of its loss times <see cref="StepSums.Weight"/>.</param>
    /// <returns>The sums over all processes.</returns>
    public StepSums Of(StepSums own)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Gather(own);
        AllReduce(_transport, _values);
        var tail = _values.narrow(0, _tailAt, _values.numel() - _tailAt).cpu().data<float>().ToArray();
        var sums = StepSums.Of(tail.AsSpan(_gradients.Length));
        if (sums.Weight > 0)
            HandOut(sums, tail);
        return sums;
    }

    /// <summary>Adds up a vector in pieces.</summary>
    public static void AllReduce(ITransport transport, Tensor values)
    {
        for (var start = 0L; start < values.numel(); start += BucketLength)
        {
            using var bucket = values.narrow(0, start, Math.Min(BucketLength, values.numel() - start));
            transport.AllReduceSum(bucket);
        }
    }

    public void Dispose()
    {
        foreach (var (parameter, view) in _gradients)
        {
            parameter.grad = null;
            view.Dispose();
        }
        foreach (var (_, view) in _statistics)
            view.Dispose();
        _values.Dispose();
    }

    private void Gather(StepSums own)
    {
        var tail = new float[_gradients.Length + StepSums.ValueCount];
        for (var number = 0; number < _gradients.Length; number++)
        {
            var (parameter, view) = _gradients[number];
            if (parameter.grad is { } gradient)
            {
                view.copy_(gradient);
                tail[number] = 1;
            }
            else
            {
                view.zero_();
            }
        }
        using Scalar ownCount = own.Totals.Count;
        foreach (var (statistic, view) in _statistics)
            view.copy_(statistic).mul_(ownCount);
        own.ToValues().CopyTo(tail, _gradients.Length);
        _values.narrow(0, _tailAt, tail.Length).copy_(tensor(tail));
    }

    private void HandOut(StepSums sums, float[] tail)
    {
        using Scalar weight = sums.Weight, count = sums.Totals.Count;
        _values.narrow(0, 0, _gradientLength).div_(weight);
        for (var number = 0; number < _gradients.Length; number++)
        {
            var (parameter, view) = _gradients[number];
            parameter.grad = tail[number] > 0 ? view : null;
        }
        foreach (var (statistic, view) in _statistics)
            statistic.copy_(view.div_(count));
    }
}
