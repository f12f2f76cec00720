using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Images as a network meets them: decoded on worker threads, varied, normalized. Remembers which cannot be read.</summary>
internal sealed class ImageDataset : IDataset
{
    private const int ListedBadImages = 10;

    private readonly IReadOnlyList<ImageItem> _items;
    private readonly string _purpose;
    private readonly Preprocessing _preprocessing;
    private readonly Preprocessor _preprocessor;
    private readonly Augmentation? _augmentation;
    private readonly TrainingOptions _options;
    private readonly Device _device;
    private readonly Action<int, BadImage> _leftOut;
    private readonly SortedDictionary<int, BadImage> _bad = [];
    private readonly int[] _readableOfClass;
    // On a processor the decoders and the network take turns; beside a GPU the next batch is decoded meanwhile.
    private readonly DecodeComputeGate? _gate;

    /// <param name="images">The images.</param>
    /// <param name="purpose">What messages call them: training or validation.</param>
    /// <param name="preprocessing">What the network expects of its input.</param>
    /// <param name="options">Says how to read and to vary them.</param>
    /// <param name="device">Where the inputs go.</param>
    /// <param name="leftOut">Is told, once, of every image that cannot be read.</param>
    /// <param name="cache">Keeps decoded images, or null.</param>
    public ImageDataset(
        TrainingImages images, string purpose, Preprocessing preprocessing, TrainingOptions options, Device device,
        Action<int, BadImage> leftOut, DecodedImageCache? cache = null)
    {
        (Images, _purpose, _preprocessing, _options, _device, _leftOut) = (images, purpose, preprocessing, options, device, leftOut);
        _items = cache?.Over(images.Items) ?? images.Items;
        _gate = device.type == TorchSharp.DeviceType.CPU ? new() : null;
        _preprocessor = new(preprocessing);
        _augmentation = options.Augmentation is null ? null : new(preprocessing, options.Augmentation);
        _readableOfClass = new int[images.ClassCount];
        foreach (var label in Enumerable.Range(0, images.Items.Count).SelectMany(images.ClassesOf))
            _readableOfClass[label]++;
    }

    /// <inheritdoc/>
    public TrainingImages Images { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> ReadableIndices => [.. Enumerable.Range(0, Images.Items.Count).Where(index => !_bad.ContainsKey(index))];

    /// <inheritdoc/>
    /// <remarks>A further view of an image is asked for by its place plus a multiple of the number of images.</remarks>
    /// <exception cref="InvalidDataException">
    /// An image cannot be read while <see cref="TrainingOptions.OnBadImage"/> says Throw.
    /// </exception>
    public IEnumerable<ITrainingBatch> Read(IReadOnlyList<int> order, int batchSize, int? epoch)
    {
        var decoding = DecodeOptions.For(
            _preprocessing, _options.MaxPixels, IsVaried(epoch) ? _augmentation!.ShorterSide : _preprocessor.ShorterSide);
        var itemLength = checked(_preprocessing.Channels * _preprocessing.ImageSize * _preprocessing.ImageSize);
        var reading = new ImageBatchOptions(batchSize, itemLength, _options.EffectiveThreads, decoding)
        {
            CancellationToken = _options.CancellationToken,
            Gate = _gate,
        };
        foreach (var batch in ImageBatches.Read(order.Select(number => (number, _items[PlaceOf(number)])), reading, Transform(epoch)))
        {
            foreach (var (bad, number) in batch.Bad.Zip(batch.BadIndices))
                LeaveOut(bad, PlaceOf(number));
            // The reader computes with the batch until it asks for the next one.
            using (_gate?.Compute())
                yield return new Batch(batch, Array.ConvertAll(batch.Indices, PlaceOf), _preprocessing, _device);
        }
    }

    /// <summary>Refuses to go on with too few images.</summary>
    /// <param name="classCount">Classes that the readable images have to show.</param>
    /// <exception cref="InvalidDataException">Over half of the images cannot be read, or they show fewer classes.</exception>
    public void RequireEnough(int classCount)
    {
        if (_bad.Count == 0)
            return;
        var count = Images.Items.Count;
        if (2 * _bad.Count > count)
        {
            throw new InvalidDataException(
                $"At least {_bad.Count} of the {count} {_purpose} images cannot be read, which is over half. {ListBad()}");
        }
        if (_readableOfClass.Count(count => count > 0) < classCount)
            throw new InvalidDataException($"The {_purpose} images that can be read show fewer than {classCount} classes. {ListBad()}");
    }

    private int PlaceOf(int number) => number % _items.Count;

    private bool IsVaried(int? epoch) => epoch is not null && _augmentation is not null;

    private Action<int, RgbImage, Span<float>> Transform(int? epoch) => IsVaried(epoch)
        ? (index, image, values) => _augmentation!.Apply(image, Augmentation.RandomFor(_options.EffectiveSeed, epoch!.Value, index), values)
        : (_, image, values) => _preprocessor.Apply(image, values);

    private void LeaveOut(BadImage bad, int index)
    {
        if (_options.OnBadImage == OnBadImage.Throw)
        {
            throw new InvalidDataException(
                $"'{bad.Origin}': {bad.Reason} Remove the image, or set 'OnBadImage' to Skip to train without it.");
        }
        if (Know(index, bad))
            _leftOut(index, bad);
    }

    /// <summary>Remembers an image that cannot be read.</summary>
    /// <returns>Whether that is new.</returns>
    public bool Know(int index, BadImage bad)
    {
        if (!_bad.TryAdd(index, bad))
            return false;
        foreach (var label in Images.ClassesOf(index))
            _readableOfClass[label]--;
        return true;
    }

    private string ListBad() =>
        $"Repair or remove them: {string.Join(" ", _bad.Values.Take(ListedBadImages).Select(bad => $"'{bad.Origin}': {bad.Reason}"))}"
        + (_bad.Count > ListedBadImages ? $" (The first {ListedBadImages} of {_bad.Count}.)" : "");

    private sealed class Batch(ImageBatch batch, int[] indices, Preprocessing preprocessing, Device device) : ITrainingBatch
    {
        public int[] Indices => indices;

        public Tensor ToTensor() => ImageTensor.Of(batch.PixelSegment, preprocessing.ImageSize, device, preprocessing.Channels);

        public void Dispose() => batch.Dispose();
    }
}
