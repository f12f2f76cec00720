namespace MLNet.ResNetFamily;

/// <summary>The order in which one epoch meets the training images, cut into batches.</summary>
/// <param name="Indices">
/// Places in <see cref="IDataset.Images"/>; a further view of an image is its place plus a multiple of the number of images.
/// </param>
/// <param name="BatchSize">Images per batch; the last one may have fewer.</param>
internal sealed record EpochSampler(int[] Indices, int BatchSize)
{
    // Image numbers begin at 0, so these generators belong to no image.
    private const int OrderOfTheEpoch = -1;
    private const int ChoiceOfTheEpoch = int.MinValue;

    /// <summary>Number of batches.</summary>
    public int BatchCount => (Indices.Length + BatchSize - 1) / BatchSize;

    /// <summary>
    /// The order of an epoch; it depends on the seed, the number of the epoch and the images, and on nothing else. Processes that train
    /// together have the same, in batches for all of them.
    /// </summary>
    /// <param name="readable">Places of the images that can be read, ascending.</param>
    /// <param name="classesOf">The classes of each image, by its place.</param>
    /// <param name="options">How to train.</param>
    /// <param name="epoch">Number of the epoch, from 1.</param>
    public static EpochSampler Of(
        IReadOnlyList<int> readable, Func<int, IReadOnlyList<int>> classesOf, TrainingOptions options, int epoch)
    {
        var order = options.ClassBalance == ClassBalance.Sampling
            ? Balanced(readable, classesOf, Augmentation.RandomFor(options.EffectiveSeed, epoch, ChoiceOfTheEpoch))
            : [.. readable];
        Augmentation.RandomFor(options.EffectiveSeed, epoch, OrderOfTheEpoch).Shuffle(order);

        return new(order, EvenBatchSize(order.Length, options.BatchSize * options.ProcessCount));
    }

    /// <summary>The order with each of its first images several times in a row; it is as long as ever.</summary>
    /// <param name="repeats">How often an image comes; 1 for the order as it is.</param>
    /// <param name="imageCount">Images of the dataset: that many above its place is the image's next view.</param>
    public EpochSampler Repeat(int repeats, int imageCount) => repeats == 1 ? this : this with
    {
        Indices = [.. Indices.Select((_, position) => Indices[position / repeats] + position % repeats * imageCount)],
    };

    /// <summary>Images in the last batch of an epoch; none has fewer.</summary>
    /// <param name="imageCount">Images of the epoch, at least 1.</param>
    /// <param name="batchSize">Images per batch, as the options say.</param>
    public static int LastBatch(int imageCount, int batchSize) => (imageCount - 1) % EvenBatchSize(imageCount, batchSize) + 1;

    // Batches of equal size: a last one of a few images would disturb the statistics of batch normalization.
    private static int EvenBatchSize(int imageCount, int batchSize)
    {
        var batchCount = Math.Max(1, (imageCount + batchSize - 1) / batchSize);
        return Math.Max(1, (imageCount + batchCount - 1) / batchCount);
    }

    /// <summary>A batch's part in the loss of its step, when several batches make a step.</summary>
    /// <param name="batch">Number of the batch in the epoch, from 0.</param>
    /// <param name="imageCount">Images that it turned out to have.</param>
    /// <param name="batchesPerStep">Batches per step.</param>
    public double ShareInStep(int batch, int imageCount, int batchesPerStep)
    {
        if (batchesPerStep == 1)
            return 1;
        var first = batch / batchesPerStep * batchesPerStep * BatchSize;
        return (double)imageCount / (Math.Min(Indices.Length, first + batchesPerStep * BatchSize) - first);
    }

    /// <summary>
    /// As many images, the same number of each class (give or take one); those of a class come equally often (give or take one). An image
    /// of several classes comes for each of them, and those of none count as a class.
    /// </summary>
    private static int[] Balanced(IReadOnlyList<int> readable, Func<int, IReadOnlyList<int>> classesOf, Random random)
    {
        int[][] classes =
        [
            .. readable.SelectMany(index => classesOf(index).DefaultIfEmpty(-1), (index, label) => (Index: index, Label: label))
                .GroupBy(entry => entry.Label, entry => entry.Index).OrderBy(group => group.Key).Select(group => group.ToArray()),
        ];
        random.Shuffle(classes);
        foreach (var members in classes)
            random.Shuffle(members);
        return [.. Enumerable.Range(0, readable.Count)
            .Select(number => classes[number % classes.Length][number / classes.Length % classes[number % classes.Length].Length])];
    }
}
