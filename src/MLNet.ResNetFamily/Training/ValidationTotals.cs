using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Counts over validation images, and the figures that follow from them.</summary>
internal sealed class ValidationTotals(int classCount)
{
    private const int Top = 5;

    private readonly long[] _right = new long[classCount];
    private readonly long[] _shown = new long[classCount];
    private readonly long[] _predicted = new long[classCount];
    private double _lossSum;
    private long _topCount;

    /// <summary>Images added.</summary>
    public long Count { get; private set; }

    /// <summary>Mean cross entropy per image in nats; NaN without images.</summary>
    public double Loss => _lossSum / Count;

    /// <summary>Share of the images classified rightly; NaN without images.</summary>
    public double Accuracy => (double)_right.Sum() / Count;

    /// <summary>Share of the images whose class is among the five most probable ones; NaN without images.</summary>
    public double Top5Accuracy => (double)_topCount / Count;

    /// <summary>Mean of F1 over the classes that were shown or predicted; NaN without images.</summary>
    public double MacroF1 => Enumerable.Range(0, classCount)
        .Where(label => _shown[label] + _predicted[label] > 0)
        .Select(label => 2.0 * _right[label] / (_shown[label] + _predicted[label]))
        .DefaultIfEmpty(double.NaN)
        .Average();

    /// <summary>Adds a batch.</summary>
    /// <param name="loss">Mean loss of the batch.</param>
    /// <param name="logits">Shape [N, K].</param>
    /// <param name="labels">The class of each image.</param>
    public void Add(double loss, Tensor logits, ReadOnlySpan<int> labels)
    {
        var (_, ranked) = logits.topk(Math.Min(Top, classCount), dim: 1);
        var best = ranked.cpu().data<long>().ToArray();
        var width = best.Length / labels.Length;
        for (var row = 0; row < labels.Length; row++)
        {
            var label = labels[row];
            var first = best[row * width];
            _shown[label]++;
            _predicted[first]++;
            if (first == label)
                _right[label]++;
            if (best.AsSpan(row * width, width).Contains(label))
                _topCount++;
        }
        Count += labels.Length;
        _lossSum += loss * labels.Length;
    }

    /// <summary>Makes these the totals of all processes.</summary>
    /// <param name="sum">Replaces numbers by their sums over the processes; counts are exact up to 2 to the power of 53.</param>
    public void Exchange(Action<double[]> sum)
    {
        double[] values = [_lossSum, _topCount, Count, .. Numbers(_right), .. Numbers(_shown), .. Numbers(_predicted)];
        sum(values);
        (_lossSum, _topCount, Count) = (values[0], (long)values[1], (long)values[2]);
        foreach (var (place, counts) in new[] { _right, _shown, _predicted }.Index())
        {
            for (var label = 0; label < counts.Length; label++)
                counts[label] = (long)values[3 + place * counts.Length + label];
        }

        static double[] Numbers(long[] counts) => Array.ConvertAll(counts, count => (double)count);
    }
}
