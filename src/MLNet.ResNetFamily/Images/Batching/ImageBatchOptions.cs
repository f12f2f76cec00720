namespace MLNet.ResNetFamily;

/// <summary>How <see cref="ImageBatches"/> reads images.</summary>
/// <param name="BatchSize">Items per batch; the last one may have fewer.</param>
/// <param name="ItemLength">Values that an item becomes.</param>
/// <param name="Threads">Threads that decode.</param>
/// <param name="Decoding">How images are decoded.</param>
internal sealed record ImageBatchOptions(int BatchSize, int ItemLength, int Threads, DecodeOptions Decoding)
{
    /// <summary>With one, nothing is decoded while the network has its turn.</summary>
    public DecodeComputeGate? Gate { get; init; }

    /// <summary>Ends the reading with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(BatchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ItemLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Threads);
    }
}
