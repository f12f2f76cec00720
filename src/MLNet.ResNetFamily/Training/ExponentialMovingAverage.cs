using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>A running average of a network's weights and of the statistics of its normalization layers.</summary>
internal sealed class ExponentialMovingAverage : IDisposable
{
    private readonly (string Key, Tensor Current, Tensor Average)[] _entries;
    private readonly double _decay;

    /// <param name="network">On the device where it trains; the average begins with its present weights.</param>
    /// <param name="decay">Part of the average that is kept at each step, once the average has caught up.</param>
    public ExponentialMovingAverage(ImageClassifierNetwork network, double decay)
    {
        _decay = decay;
        _entries = [.. network.NamedState()
            .Select(entry => (entry.Key, entry.Tensor, entry.Tensor.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>Steps that went into the average.</summary>
    public long StepCount { get; set; }

    /// <summary>The average under the network's keys.</summary>
    public IEnumerable<(string Key, Tensor Tensor)> NamedState() => _entries.Select(entry => (entry.Key, entry.Average));

    /// <summary>Takes in the network's present weights.</summary>
    public void Add()
    {
        var decay = Math.Min(_decay, (1.0 + StepCount) / (10 + StepCount));
        // Numbers that live as long as they are used; see ScalarSweep.
        using Scalar kept = decay, added = 1 - decay;
        using var frozen = no_grad();
        foreach (var (_, current, average) in _entries)
        {
            if (average.is_floating_point())
                average.mul_(kept).add_(current, added);
            else
                average.copy_(current);
        }
        StepCount++;
    }

    /// <summary>Exchanges the network's weights and the average; a second call changes them back.</summary>
    public void Swap()
    {
        using var frozen = no_grad();
        foreach (var (_, current, average) in _entries)
        {
            using var kept = current.clone();
            current.copy_(average);
            average.copy_(kept);
        }
    }

    public void Dispose()
    {
        foreach (var (_, _, average) in _entries)
            average.Dispose();
    }
}
