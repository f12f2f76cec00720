using System.Globalization;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// A network in float32 and in bfloat16, until the first images have shown whether bfloat16 will do; then one of them is freed. Images that
/// are scored before have the answer in float32. May be used by many threads at once.
/// </summary>
internal sealed class AutoPrecisionNetwork : IInferenceNetwork
{
    private readonly FoldedNetwork _exact, _fast;
    private readonly RefCounted _exactUse, _fastUse;
    private readonly PrecisionCalibration _trial;
    private readonly Action<string> _log;
    private readonly Lock _lock = new();
    private volatile FoldedNetwork? _chosen;

    /// <param name="exact">The network in float32; belongs to this object.</param>
    /// <param name="fast">The network in bfloat16; belongs to this object.</param>
    /// <param name="activation">What makes answers of their outputs.</param>
    /// <param name="log">Is told which was chosen.</param>
    public AutoPrecisionNetwork(FoldedNetwork exact, FoldedNetwork fast, OutputActivation activation, Action<string> log)
    {
        (_exact, _fast, _log) = (exact, fast, log);
        (_exactUse, _fastUse, _trial) = (new(exact.Dispose, IInferenceEngine.Disposed), new(fast.Dispose, IInferenceEngine.Disposed),
            new(activation));
    }

    /// <inheritdoc/>
    public Precision Precision => (_chosen ?? _exact).Precision;

    /// <inheritdoc/>
    public Tensor Run(Tensor images) => _chosen is { } chosen ? chosen.Run(images) : RunBoth(images);

    public void Dispose()
    {
        _exactUse.End();
        _fastUse.End();
    }

    private Tensor RunBoth(Tensor images)
    {
        RefCounted.Use exactUse, fastUse;
        lock (_lock)
        {
            if (_chosen is { } chosen)
                return chosen.Run(images);
            (exactUse, fastUse) = (_exactUse.Begin(), _fastUse.Begin());
        }
        using (exactUse)
        using (fastUse)
        {
            var answer = _exact.Run(images);
            using var other = _fast.Run(images);
            lock (_lock)
            {
                if (_chosen is null)
                    Judge(answer, other);
            }
            return answer;
        }
    }

    private void Judge(Tensor answer, Tensor other)
    {
        _trial.Add(answer, other);
        if (!_trial.IsOver)
            return;
        _log(string.Create(
            CultureInfo.InvariantCulture,
            $"Scoring in {(_trial.Agrees ? "bfloat16" : "float32")}: going by the first images, bfloat16 changes " +
            $"{_trial.Disagreement:P1} of the labels; {PrecisionCalibration.MostDifferent:P1} may change."));
        _chosen = _trial.Agrees ? _fast : _exact;
        (_trial.Agrees ? _exactUse : _fastUse).End();
    }
}
