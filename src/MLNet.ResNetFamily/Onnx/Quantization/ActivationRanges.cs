using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// From where to where each value of a network goes, seen on images: the mean over the batches of the smallest and the largest number, so
/// that a single outlier does not widen the range for all.
/// </summary>
internal sealed class ActivationRanges
{
    private readonly Dictionary<int, (double Min, double Max, int Count)> _sums = [];

    /// <summary>Takes note of a value in one batch.</summary>
    /// <param name="value">Its number.</param>
    /// <param name="tensor">What it was.</param>
    public void Add(int value, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var (min, max, count) = _sums.GetValueOrDefault(value);
        _sums[value] = (min + tensor.min().item<float>(), max + tensor.max().item<float>(), count + 1);
    }

    /// <summary>A value's range, which holds zero.</summary>
    public (float Min, float Max) Of(int value)
    {
        var (min, max, count) = _sums[value];
        return ((float)Math.Min(min / count, 0), (float)Math.Max(max / count, 0));
    }
}
