namespace MLNet.ResNetFamily;

/// <summary>The order in which one epoch meets the training images, cut into batches.</summary>
/// <param name="Indices">Places in <see cref="IExamples.Images"/>.</param>
/// <param name="BatchSize">Images per batch; the last one may have fewer.</param>
internal sealed record EpochOrder(int[] Indices, int BatchSize)
{
    // Image numbers begin at 0, so this generator belongs to no image.
    private const int OrderOfTheEpoch = -1;

    /// <summary>Number of batches.</summary>
    public int BatchCount => (Indices.Length + BatchSize - 1) / BatchSize;

    /// <summary>The order of an epoch; it depends on the seed, the number of the epoch and the images, and on nothing else.</summary>
    public static EpochOrder Of(IExamples examples, TrainingRecipe recipe, int epoch)
    {
        int[] order = [.. examples.ReadableIndices];
        Augmentation.RandomFor(recipe.Seed, epoch, OrderOfTheEpoch).Shuffle(order);

        // Batches of equal size: a last one of a few images would disturb the statistics of batch normalisation.
        var batchCount = Math.Max(1, (order.Length + recipe.BatchSize - 1) / recipe.BatchSize);
        return new(order, Math.Max(1, (order.Length + batchCount - 1) / batchCount));
    }
}
