using System.Diagnostics;

namespace MLNet.ResNetFamily.Cli;

/// <summary>Shows on a line how many images are scored, and ends the scoring when the person asks for it.</summary>
internal sealed class ScoringBar(Results results, CancellationToken cancellation) : IDisposable
{
    private readonly ProgressLine? _line = ProgressLine.For(results);
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>Moves the bar.</summary>
    /// <param name="done">Images that are scored.</param>
    /// <param name="total">Images that there are.</param>
    /// <exception cref="OperationCanceledException">The person has had enough.</exception>
    public void Show(long done, long total)
    {
        cancellation.ThrowIfCancellationRequested();
        _line?.Show((double)done / total, $"{done}/{total} images  {done / _watch.Elapsed.TotalSeconds:F0} images/s");
    }

    /// <summary>Says how many images are scored where nobody knows how many there are.</summary>
    /// <exception cref="OperationCanceledException">The person has had enough.</exception>
    public void Show(long done)
    {
        cancellation.ThrowIfCancellationRequested();
        _line?.Show($"{done:N0} images  {_watch.Elapsed:hh\\:mm\\:ss}");
    }

    public void Dispose() => _line?.Erase();
}
