using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Sums over the images of an epoch.</summary>
internal sealed class EpochTotals
{
    private double _lossSum;
    private long _rightCount;

    /// <summary>Images added.</summary>
    public long Count { get; private set; }

    /// <summary>Mean loss per image; NaN without images.</summary>
    public double Loss => _lossSum / Count;

    /// <summary>Share of the images classified rightly; NaN without images.</summary>
    public double Accuracy => (double)_rightCount / Count;

    /// <summary>Adds a batch.</summary>
    /// <param name="loss">Mean loss of the batch.</param>
    /// <param name="logits">Shape [N, K].</param>
    /// <param name="labels">Shape [N].</param>
    public void Add(double loss, Tensor logits, Tensor labels)
    {
        var count = labels.shape[0];
        Count += count;
        _lossSum += loss * count;
        _rightCount += logits.argmax(1).eq(labels).sum().item<long>();
    }
}
