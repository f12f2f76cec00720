namespace MLNet.ResNetFamily;

/// <summary>
/// How many threads decode beside the network in a long scan. The first batch is decoded by all, as the network has nothing to do yet; then
/// both are measured, and as many threads remain as keep ahead of the network. How many these are changes no score.
/// </summary>
internal sealed class DecodingShare
{
    /// <summary>Passes that are measured. The first ones are slow: libtorch prepares itself, so the fastest counts.</summary>
    private const int MeasuredPasses = 3;

    // Files differ: the threads that remain could decode this much more.
    private const double Reserve = 1.25;

    private readonly int _most;
    private readonly Lock _lock = new();
    private TimeSpan _decoding;
    private long _decodedCount;
    private double _secondsPerImage = double.PositiveInfinity;
    private int _passes;
    private volatile int _workers;

    /// <param name="threads">The most.</param>
    public DecodingShare(int threads) => _most = _workers = threads;

    /// <summary>Threads that may decode now. Falls once at most.</summary>
    public int Workers => _workers;

    /// <summary>A thread decoded an image. Counts until the network runs for the first time: afterwards they are in each other's way.</summary>
    /// <param name="elapsed">How long it took.</param>
    public void Decoded(TimeSpan elapsed)
    {
        lock (_lock)
        {
            if (_passes > 0)
                return;
            _decoding += elapsed;
            _decodedCount++;
        }
    }

    /// <summary>The network ran.</summary>
    /// <param name="images">Images of the batch.</param>
    /// <param name="elapsed">How long it took.</param>
    public void Computed(int images, TimeSpan elapsed)
    {
        lock (_lock)
        {
            if (images == 0 || _passes == MeasuredPasses)
                return;
            _secondsPerImage = Math.Min(_secondsPerImage, elapsed.TotalSeconds / images);
            if (++_passes == MeasuredPasses && _decodedCount > 0)
                _workers = Needed(_decoding.TotalSeconds / _decodedCount, _secondsPerImage, _most);
        }
    }

    /// <summary>The fewest threads that decode as fast as the network computes.</summary>
    /// <param name="decoding">Seconds that a thread takes for an image.</param>
    /// <param name="computing">Seconds that the network takes for an image.</param>
    /// <param name="most">Threads there are.</param>
    internal static int Needed(double decoding, double computing, int most) =>
        computing <= 0 ? most : (int)Math.Clamp(Math.Ceiling(Reserve * decoding / computing), 1, most);
}
