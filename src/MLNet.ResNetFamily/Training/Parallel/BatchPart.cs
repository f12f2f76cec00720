namespace MLNet.ResNetFamily;

/// <summary>The images of a batch that one of several processes learns from.</summary>
/// <param name="First">Place of its first image in the batch.</param>
/// <param name="Count">Its images; none where there are too few for all.</param>
internal readonly record struct BatchPart(int First, int Count)
{
    /// <summary>
    /// Parts of equal size, give or take one; together they are the batch. The first processes have the larger ones, so that no process
    /// ever has more of a smaller batch.
    /// </summary>
    /// <param name="imageCount">Images of the batch.</param>
    /// <param name="rank">The process.</param>
    /// <param name="processCount">Processes.</param>
    /// <param name="atLeast">
    /// Images that a process needs: two where batch normalization learns from them. Where they do not suffice, the last processes get none.
    /// </param>
    public static BatchPart Of(int imageCount, int rank, int processCount, int atLeast)
    {
        var sharers = Math.Clamp(imageCount / atLeast, 1, processCount);
        if (rank >= sharers)
            return new(imageCount, 0);
        var (each, extra) = Math.DivRem(imageCount, sharers);
        return new(rank * each + Math.Min(rank, extra), each + (rank < extra ? 1 : 0));
    }
}
