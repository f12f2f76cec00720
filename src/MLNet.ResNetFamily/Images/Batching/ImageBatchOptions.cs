namespace MLNet.ResNetFamily;

/// <summary>How <see cref="ImageBatches"/> reads images.</summary>
/// <param name="BatchSize">Items per batch; the last one may have fewer.</param>
/// <param name="ImageSize">Side S of the network's input.</param>
/// <param name="Threads">Threads that decode.</param>
/// <param name="MaxPixels">Largest image that is decoded.</param>
internal sealed record ImageBatchOptions(int BatchSize, int ImageSize, int Threads, long MaxPixels)
{
    /// <summary>
    /// Shorter side that images are decoded at, at least; larger ones may be decoded smaller (<see cref="ImageItem.Decode(long, int)"/>).
    /// </summary>
    public int ShorterSide { get; init; } = int.MaxValue;

    /// <summary>Network inputs that each item gives, one after the other.</summary>
    public int Views { get; init; } = 1;

    /// <summary>With one, nothing is decoded while the network has its turn.</summary>
    public DecodeComputeGate? Gate { get; init; }

    /// <summary>Ends the reading with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Values that an item becomes.</summary>
    public int ItemLength => checked(3 * ImageSize * ImageSize * Views);

    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(BatchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ImageSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Threads);
    }
}
