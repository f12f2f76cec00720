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
    /// <param name="count">Its images.</param>
    /// <param name="rightCount">Those that were classified rightly.</param>
    public EpochTotals With(double loss, long count, long rightCount) =>
        new(Count + count, LossSum + loss * count, RightCount + rightCount);
}
