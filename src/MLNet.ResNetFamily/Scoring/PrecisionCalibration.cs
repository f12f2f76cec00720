using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// Whether bfloat16 gives the labels of float32, found out on the first images that are scored: how far apart an image's two best classes
/// are, against how far bfloat16 moves such classes, says how many labels differ; where an image may show several classes, how far the
/// most doubtful one is from its threshold. For features the vectors themselves are compared.
/// </summary>
/// <param name="activation">What makes answers of its outputs.</param>
internal sealed class PrecisionCalibration(OutputActivation activation)
{
    /// <summary>Images that it takes to decide.</summary>
    public const int ImageCount = 64;

    /// <summary>The part of the labels that may differ.</summary>
    public const double MostDifferent = 0.005;

    private const double LargestFeatureDifference = 0.05;

    private readonly List<float> _margins = [], _shifts = [], _differences = [];
    private bool _isFinite = true;

    /// <summary>Whether enough images were seen.</summary>
    public bool IsOver => !_isFinite || _margins.Count + _differences.Count >= ImageCount;

    /// <summary>Whether bfloat16 will do, going by the images so far.</summary>
    public bool Agrees => _isFinite
        && (activation == OutputActivation.None
            ? _differences.TrueForAll(difference => difference <= LargestFeatureDifference)
            : Disagreement <= MostDifferent);

    /// <summary>
    /// The part of the labels that differ, as it is to be expected: a label changes where bfloat16 moves the two best classes towards each
    /// other by more than their distance. Every distance meets every movement, so that few images tell about rare changes.
    /// </summary>
    public double Disagreement =>
        _margins.Count == 0 ? 0 : _margins.Average(margin => _shifts.Count(shift => shift > margin) / (2.0 * _shifts.Count));

    /// <summary>Takes note of what both forms answered to the same images.</summary>
    /// <param name="exact">Rows of the answer in float32.</param>
    /// <param name="fast">The same rows, computed in bfloat16.</param>
    public void Add(Tensor exact, Tensor fast)
    {
        using var scope = NewDisposeScope();
        _isFinite &= fast.isfinite().all().item<bool>();
        if (activation == OutputActivation.None)
        {
            _differences.AddRange(((exact - fast).norm(1) / (exact.norm(1) + 1e-12)).data<float>());
            return;
        }
        if (activation == OutputActivation.Sigmoid)
        {
            var (margins, doubtful) = exact.abs().min(1, keepdim: true);
            _margins.AddRange(margins.data<float>());
            _shifts.AddRange((fast - exact).gather(1, doubtful).abs().contiguous().data<float>());
            return;
        }
        var (best, classes) = exact.topk((int)Math.Min(2, exact.shape[1]), 1);
        var distances = Distance(best);
        _margins.AddRange(distances.data<float>());
        _shifts.AddRange((Distance(fast.gather(1, classes)) - distances).abs().data<float>());

        // With one class there is nothing to mistake it for.
        static Tensor Distance(Tensor two) =>
            two.shape[1] == 2 ? two.select(1, 0) - two.select(1, 1) : two.select(1, 0).abs() * float.PositiveInfinity;
    }
}
