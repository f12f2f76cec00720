using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Measures a network with images that it does not learn from.</summary>
internal static class EpochValidation
{
    /// <summary>Scores all readable images of a dataset, or those at the given places. The network is left in evaluation mode.</summary>
    public static ValidationTotals Measure(
        ImageClassifierNetwork network, IDataset dataset, Func<Tensor, Tensor> score, TrainingOptions options, Device device,
        IReadOnlyList<int>? indices = null)
    {
        var totals = new ValidationTotals(network.ClassCount);
        network.eval();
        using var inference = inference_mode();
        foreach (var batch in dataset.Read(indices ?? dataset.ReadableIndices, options.BatchSize, epoch: null))
        {
            using (batch)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                if (batch.Indices.Length == 0)
                    continue;
                using var scope = NewDisposeScope();
                var labels = BatchLabels.Of(batch, dataset.Images, device);
                var logits = score(batch.ToTensor());
                totals.Add(
                    nn.functional.cross_entropy(logits, labels).item<float>(), logits,
                    Array.ConvertAll(batch.Indices, index => dataset.Images.Labels[index]));
            }
        }
        return totals;
    }
}
