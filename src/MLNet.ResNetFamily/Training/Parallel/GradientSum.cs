using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// The gradients of a step, added up over all processes in float32. Everything small goes in one message: the step's sums, the running
/// statistics of batch normalization and the gradients of small weights. Those of large weights, which are most of the bytes, follow one
/// by one, added up where they lie.
/// </summary>
internal sealed class GradientSum : IDisposable
{
    /// <summary>
    /// Values of a gradient from which on it is a message of its own: a message takes a moment however short it is, a copy into a common
    /// one more than that.
    /// </summary>
    public const int LargeLength = 8_000_000 / sizeof(float);

    private const int PieceLength = 25_000_000 / sizeof(float);

    private readonly ITransport _transport;
    private readonly Parameter[] _parameters;
    // Where small gradients stand in the common message; null for large ones.
    private readonly Tensor?[] _views;
    private readonly (Tensor Statistic, Tensor View)[] _statistics;
    private readonly Tensor _values;
    private readonly long _tailAt;

    /// <param name="transport">Adds up.</param>
    /// <param name="parameters">The weights that learn; the same everywhere.</param>
    /// <param name="statistics">
    /// Running statistics that each process moved by its own images: everybody gets their mean, weighted by images.
    /// </param>
    /// <param name="device">Where the network is.</param>
    public GradientSum(ITransport transport, IEnumerable<Parameter> parameters, IEnumerable<Tensor> statistics, Device device)
    {
        (_transport, _parameters) = (transport, [.. parameters]);
        Tensor[] norms = [.. statistics];
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        _tailAt = _parameters.Where(IsSmall).Concat(norms).Sum(tensor => tensor.numel());
        _values = zeros(_tailAt + _parameters.Length + StepSums.ValueCount, ScalarType.Float32, device).DetachFromDisposeScope();
        var next = 0L;
        _views = [.. _parameters.Select(parameter => IsSmall(parameter) ? ViewOf(parameter) : null)];
        _statistics = [.. norms.Select(statistic => (statistic, ViewOf(statistic)))];

        // A gradient has its weight's order in memory, so that it is copied as a block.
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
        var sums = StepSums.Of(tail.AsSpan(_parameters.Length));
        if (sums.Weight > 0)
            HandOut(sums, tail);
        return sums;
    }

    /// <summary>Adds up a vector in pieces.</summary>
    public static void AllReduce(ITransport transport, Tensor values)
    {
        for (var start = 0L; start < values.numel(); start += PieceLength)
        {
            using var piece = values.narrow(0, start, Math.Min(PieceLength, values.numel() - start));
            transport.AllReduceSum(piece);
        }
    }

    public void Dispose()
    {
        foreach (var (parameter, view) in _parameters.Zip(_views))
        {
            parameter.grad = null;
            view?.Dispose();
        }
        foreach (var (_, view) in _statistics)
            view.Dispose();
        _values.Dispose();
    }

    private static bool IsSmall(Parameter parameter) => parameter.numel() < LargeLength;

    private void Gather(StepSums own)
    {
        var tail = new float[_parameters.Length + StepSums.ValueCount];
        for (var number = 0; number < _parameters.Length; number++)
        {
            var gradient = _parameters[number].grad;
            tail[number] = gradient is null ? 0 : 1;
            if (gradient is null)
                _views[number]?.zero_();
            else
                _views[number]?.copy_(gradient);
        }
        using Scalar ownCount = own.Totals.Count;
        foreach (var (statistic, view) in _statistics)
            view.copy_(statistic).mul_(ownCount);
        own.ToValues().CopyTo(tail, _parameters.Length);
        _values.narrow(0, _tailAt, tail.Length).copy_(tensor(tail));
    }

    private void HandOut(StepSums sums, float[] tail)
    {
        using Scalar weight = sums.Weight, count = sums.Totals.Count;
        for (var number = 0; number < _parameters.Length; number++)
        {
            var parameter = _parameters[number];
            parameter.grad = tail[number] == 0 ? null : (_views[number] ?? SumOf(parameter)).div_(weight);
        }
        foreach (var (statistic, view) in _statistics)
            statistic.copy_(view.div_(count));
    }

    // A process that has no gradient adds nothing to those of the others.
    private Tensor SumOf(Parameter parameter)
    {
        var sum = parameter.grad switch
        {
            null => zeros_like(parameter),
            var gradient when HasOrderOf(gradient, parameter) => gradient,
            var gradient => empty_like(parameter).copy_(gradient),
        };
        AllReduce(_transport, sum.as_strided([sum.numel()], [1]));
        return sum;
    }

    // Where there is one of something, its stride means nothing.
    private static bool HasOrderOf(Tensor gradient, Tensor weight) =>
        weight.shape.Zip(gradient.stride(), weight.stride()).All(axis => axis.First == 1 || axis.Second == axis.Third);
}
