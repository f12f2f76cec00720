using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// What a backbone that does not learn makes of images. It sees each image once, as scoring will; the classifier then learns from the
/// features, which takes a small part of the time.
/// </summary>
internal sealed class FeatureDataset : IDataset, IDisposable
{
    private readonly Tensor _features;
    private readonly Dictionary<int, long> _rowOf = [];

    /// <summary>Runs a backbone over all images that can be read and whose features are not known yet.</summary>
    /// <param name="source">The images.</param>
    /// <param name="featureCount">Numbers per image.</param>
    /// <param name="look">From images to features; the backbone in evaluation mode.</param>
    /// <param name="options">Says how many images go through the backbone together, and how many threads look into files.</param>
    /// <param name="device">Where the features stay.</param>
    /// <param name="cache">Features of earlier trainings; gets the new ones. Null for none.</param>
    public FeatureDataset(
        IDataset source, int featureCount, Func<Tensor, Tensor> look, TrainingOptions options, Device device, FeatureCache? cache)
    {
        Images = source.Images;
        var order = source.ReadableIndices;
        _features = empty([order.Count, featureCount], device: device).DetachFromDisposeScope();
        try
        {
            using var frozen = no_grad();
            var contents = cache is null ? [] : ContentsOf(order, options);
            var unknown = cache is null ? order : TakeKnown(order, contents, cache, options.BatchSize);
            foreach (var batch in source.Read(unknown, options.BatchSize, epoch: null))
            {
                using (batch)
                {
                    if (batch.Indices.Length == 0)
                        continue;
                    using var scope = NewDisposeScope();
                    var features = look(batch.ToTensor());
                    if (cache is not null)
                        Remember(batch.Indices, features.cpu().data<float>().ToArray(), contents, cache);
                    Append(batch.Indices, features);
                }
            }
        }
        catch
        {
            _features.Dispose();
            throw;
        }
        finally
        {
            cache?.Save();
        }
        ReadableIndices = [.. _rowOf.Keys.Order()];
    }

    /// <inheritdoc/>
    public TrainingImages Images { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> ReadableIndices { get; }

    /// <inheritdoc/>
    public IEnumerable<ITrainingBatch> Read(IReadOnlyList<int> order, int batchSize, int? epoch) =>
        order.Chunk(batchSize).Select(indices => new Batch(this, indices));

    public void Dispose() => _features.Dispose();

    private Dictionary<int, UInt128> ContentsOf(IReadOnlyList<int> order, TrainingOptions options)
    {
        var contents = new UInt128?[order.Count];
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.EffectiveThreads,
            CancellationToken = options.CancellationToken,
        };
        Parallel.For(0, order.Count, parallel, place => contents[place] = ImageContent.Hash(Images.Items[order[place]]));
        return order.Zip(contents).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second!.Value);
    }

    // Puts the features that are known into the first rows, and gives back the images whose features are not.
    private List<int> TakeKnown(IReadOnlyList<int> order, Dictionary<int, UInt128> contents, FeatureCache cache, int batchSize)
    {
        var unknown = new List<int>();
        var known = new List<(int Index, float[] Features)>();
        foreach (var index in order)
        {
            if (contents.TryGetValue(index, out var content) && cache.Find(content) is { } features)
                known.Add((index, features));
            else
                unknown.Add(index);
        }
        foreach (var batch in known.Chunk(batchSize))
        {
            using var scope = NewDisposeScope();
            float[] values = [.. batch.SelectMany(image => image.Features)];
            Append(Array.ConvertAll(batch, image => image.Index), tensor(values, [batch.Length, _features.shape[1]]));
        }
        return unknown;
    }

    private static void Remember(int[] indices, float[] features, Dictionary<int, UInt128> contents, FeatureCache cache)
    {
        var width = features.Length / indices.Length;
        for (var row = 0; row < indices.Length; row++)
        {
            if (contents.TryGetValue(indices[row], out var content))
                cache.Add(content, features.AsSpan(row * width, width));
        }
    }

    private void Append(int[] indices, Tensor features)
    {
        _features.narrow(0, _rowOf.Count, indices.Length).copy_(features);
        foreach (var index in indices)
            _rowOf.Add(index, _rowOf.Count);
    }

    private sealed class Batch(FeatureDataset dataset, int[] indices) : ITrainingBatch
    {
        public int[] Indices => indices;

        /// <summary>Shape [N, F].</summary>
        public Tensor ToTensor()
        {
            var rows = tensor(Array.ConvertAll(indices, index => dataset._rowOf[index]), device: dataset._features.device);
            return dataset._features.index_select(0, rows);
        }

        public void Dispose()
        {
        }
    }
}
