using BenchmarkDotNet.Attributes;

namespace MLNet.ResNetFamily.Benchmarks;

/// <summary>What does it cost to bring 16 images into one batch, on worker threads, where nothing is to be decoded or resized?</summary>
[MemoryDiagnoser]
public class Collate
{
    private const int BatchSize = 16;
    private static readonly Preprocessing Preprocessing = new();
    private readonly Preprocessor _preprocessor = new(Preprocessing);
    private ImageItem[] _items = [];

    /// <summary>Threads that fill the batch.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var image = DrawnImage.Draw(Preprocessing.ImageSize, Preprocessing.ImageSize);
        _items = [.. Enumerable.Range(0, BatchSize).Select(number => new DecodedImage(image, $"image {number}"))];
    }

    [Benchmark(OperationsPerInvoke = BatchSize)]
    public int OneBatch()
    {
        var images = 0;
        var options = new ImageBatchOptions(BatchSize, 3 * Preprocessing.ImageSize * Preprocessing.ImageSize, Threads, new(long.MaxValue));
        foreach (var batch in ImageBatches.Read(_items, options, (_, image, values) => _preprocessor.Apply(image, values)))
        {
            using (batch)
                images += batch.Count;
        }
        return images;
    }
}
