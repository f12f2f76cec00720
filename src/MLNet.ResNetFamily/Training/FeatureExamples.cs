using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// What a backbone that does not learn makes of images. It sees each image once, as scoring will; the classifier then learns from the
/// features, which takes a small part of the time.
/// </summary>
internal sealed class FeatureExamples : IExamples, IDisposable
{
    private readonly Tensor _features;
    private readonly Dictionary<int, long> _rowOf = [];

    /// <summary>Runs a backbone over all images that can be read.</summary>
    /// <param name="source">The images.</param>
    /// <param name="backbone">In evaluation mode.</param>
    /// <param name="batchSize">Images that go through the backbone together.</param>
    /// <param name="device">Where the backbone is and the features stay.</param>
    public FeatureExamples(IExamples source, Backbone backbone, int batchSize, Device device)
    {
        Images = source.Images;
        var order = source.ReadableIndices;
        _features = empty([order.Count, backbone.Spec.FeatureCount], device: device).DetachFromDisposeScope();
        try
        {
            using var frozen = no_grad();
            foreach (var batch in source.Read(order, batchSize, epoch: null))
            {
                using (batch)
                {
                    if (batch.Indices.Length == 0)
                        continue;
                    using var scope = NewDisposeScope();
                    _features.narrow(0, _rowOf.Count, batch.Indices.Length).copy_(backbone.call(batch.ToTensor()));
                    foreach (var index in batch.Indices)
                        _rowOf.Add(index, _rowOf.Count);
                }
            }
        }
        catch
        {
            _features.Dispose();
            throw;
        }
        ReadableIndices = [.. _rowOf.Keys];
    }

    /// <inheritdoc/>
    public TrainingImages Images { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> ReadableIndices { get; }

    /// <inheritdoc/>
    public IEnumerable<IExampleBatch> Read(IReadOnlyList<int> order, int batchSize, int? epoch) => order.Chunk(batchSize).Select(indices => new Batch(this, indices));

    public void Dispose() => _features.Dispose();

    private sealed class Batch(FeatureExamples examples, int[] indices) : IExampleBatch
    {
        public int[] Indices => indices;

        /// <summary>Shape [N, F].</summary>
        public Tensor ToTensor()
        {
            var rows = tensor(Array.ConvertAll(indices, index => examples._rowOf[index]), device: examples._features.device);
            return examples._features.index_select(0, rows);
        }

        public void Dispose()
        {
        }
    }
}
