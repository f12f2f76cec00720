using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Sums over the training images of an epoch, as far as it has come.</summary>
/// <param name="Count">Images.</param>
/// <param name="LossSum">Sum of their losses.</param>
/// <param name="RightCount">Images classified rightly.</param>
internal sealed record EpochTotals(long Count = 0, double LossSum = 0, long RightCount = 0)
{
    /// <summary>Mean loss per image; NaN without images.</summary>
    public double Loss => LossSum / Count;

    /// <summary>Share of the images classified rightly; NaN without images.</summary>
    public double Accuracy => (double)RightCount / Count;

    /// <summary>The sums of both.</summary>
    public EpochTotals Plus(EpochTotals other) => new(Count + other.Count, LossSum + other.LossSum, RightCount + other.RightCount);

    /// <summary>The sums with a batch more.</summary>
    /// <param name="loss">Mean loss of the batch.</param>
    /// <param name="logits">Shape [N, K].</param>
    /// <param name="labels">Shape [N].</param>
    public EpochTotals With(double loss, Tensor logits, Tensor labels)
    {
        var count = labels.shape[0];
        return new(Count + count, LossSum + loss * count, RightCount + logits.argmax(1).eq(labels).sum().item<long>());
    }
}
