namespace MLNet.ResNetFamily;

/// <summary>
/// Whether a model is as often right as it says: its answers in bins of equal width by confidence. Guo et al., "On Calibration of Modern
/// Neural Networks" (2017), https://arxiv.org/abs/1706.04599, section 2.
/// </summary>
internal sealed class Calibration
{
    public const int BinCount = 10;

    public Calibration(IReadOnlyList<LabeledScore> rows)
    {
        Bins =
        [
            .. rows.GroupBy(row => Math.Min((int)(row.Confidence * BinCount), BinCount - 1)).OrderBy(bin => bin.Key)
                .Select(bin => new Bin(
                    bin.Key, bin.Count(), bin.Average(row => (double)row.Confidence), bin.Average(row => row.IsRight ? 1.0 : 0))),
        ];
        ExpectedError = Bins.Sum(bin => bin.Count * Math.Abs(bin.Accuracy - bin.Confidence)) / rows.Count;
    }

    /// <summary>The bins that hold answers, in order.</summary>
    public IReadOnlyList<Bin> Bins { get; }

    /// <summary>Expected calibration error: mean distance of confidence and accuracy, weighted by the bins' sizes; 0 to 1.</summary>
    public double ExpectedError { get; }

    /// <summary>The answers of similar confidence.</summary>
    /// <param name="Index">Number of the bin, from 0 for the least confident.</param>
    /// <param name="Count">How many answers.</param>
    /// <param name="Confidence">Their mean confidence.</param>
    /// <param name="Accuracy">Share of them that is right.</param>
    internal sealed record Bin(int Index, int Count, double Confidence, double Accuracy);
}
