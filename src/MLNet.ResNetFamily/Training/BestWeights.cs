using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Remembers the weights of the epoch that a metric says was best.</summary>
internal sealed class BestWeights(ImageClassifierNetwork network, TrainingMetric metric) : IDisposable
{
    private Dictionary<string, Tensor> _weights = [];

    /// <summary>Number of the best epoch; null before there is one.</summary>
    public int? Epoch { get; private set; }

    /// <summary>Its figure.</summary>
    public double? Value { get; private set; }

    /// <summary>Its weights, on the processor, under the network's keys; empty before there are any.</summary>
    public IEnumerable<(string Key, Tensor Tensor)> NamedState() => _weights.Select(entry => (entry.Key, entry.Value));

    /// <summary>Looks at a finished epoch and keeps the network's present weights if it is the best so far.</summary>
    public void Offer(TrainingProgress progress)
    {
        if (ValueOf(progress) is not { } value || (Value is { } best && !IsBetter(value, best)))
            return;
        Set(progress.Epoch, value);
        using var frozen = no_grad();
        foreach (var (key, tensor) in network.NamedState())
            _weights[key].copy_(tensor);
    }

    /// <summary>Makes room for the weights of a best epoch, for a checkpoint to fill it.</summary>
    public void Set(int epoch, double value)
    {
        (Epoch, Value) = (epoch, value);
        if (_weights.Count == 0)
        {
            _weights = network.NamedState()
                .ToDictionary(entry => entry.Key, entry => empty(entry.Tensor.shape, dtype: entry.Tensor.dtype).DetachFromDisposeScope());
        }
    }

    /// <summary>Brings the weights of the best epoch back into the network.</summary>
    public void Restore()
    {
        using var frozen = no_grad();
        foreach (var (key, tensor) in network.NamedState())
            tensor.copy_(_weights[key]);
    }

    public void Dispose()
    {
        foreach (var tensor in _weights.Values)
            tensor.Dispose();
    }

    private double? ValueOf(TrainingProgress progress) => metric switch
    {
        TrainingMetric.ValidationLoss => progress.ValidationLoss,
        TrainingMetric.ValidationTop5Accuracy => progress.ValidationTop5Accuracy,
        TrainingMetric.ValidationMacroF1 => progress.ValidationMacroF1,
        TrainingMetric.TrainLoss => progress.TrainLoss,
        TrainingMetric.ValidationMeanAveragePrecision => progress.ValidationMeanAveragePrecision,
        _ => progress.ValidationAccuracy,
    };

    private bool IsBetter(double value, double best) =>
        metric is TrainingMetric.ValidationLoss or TrainingMetric.TrainLoss ? value < best : value > best;
}
