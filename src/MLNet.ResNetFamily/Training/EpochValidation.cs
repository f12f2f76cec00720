using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Measures a network with images that it does not learn from.</summary>
internal static class EpochValidation
{
    /// <summary>Scores all readable images. The network is left in evaluation mode.</summary>
    /// <param name="network">The network.</param>
    /// <param name="dataset">The images.</param>
    /// <param name="score">From inputs to logits.</param>
    /// <param name="options">How to read them.</param>
    /// <param name="device">Where the network is.</param>
    /// <param name="parallel">
    /// Processes that each score a part and add up; null for this one alone. Figures of several labels an image need all scores in one
    /// place, so that each process scores all images there.
    /// </param>
    public static ValidationFigures Measure(
        ImageClassifierNetwork network, IDataset dataset, Func<Tensor, Tensor> score, TrainingOptions options, Device device,
        DataParallel? parallel = null)
    {
        network.eval();
        return dataset.Images.LabelSets is null
            ? OfClasses(network, dataset, score, options, device, parallel)
            : OfLabelSets(network, dataset, score, options, device);
    }

    private static ValidationFigures OfClasses(
        ImageClassifierNetwork network, IDataset dataset, Func<Tensor, Tensor> score, TrainingOptions options, Device device,
        DataParallel? parallel)
    {
        var totals = new ValidationTotals(network.ClassCount);
        using var loss = new CrossEntropyLoss(classWeights: null, labelSmoothing: 0);
        ForEachBatch(dataset, parallel?.PartOf(dataset.ReadableIndices) ?? dataset.ReadableIndices, options, batch =>
        {
            var logits = score(batch.ToTensor());
            totals.Add(
                loss.Of(logits, loss.Targets(batch, dataset.Images, device)).item<float>(), logits,
                Array.ConvertAll(batch.Indices, index => dataset.Images.Labels[index]));
        });
        parallel?.Sum(totals);
        return new(totals.Loss, totals.Accuracy, totals.MacroF1, totals.Top5Accuracy);
    }

    private static ValidationFigures OfLabelSets(
        ImageClassifierNetwork network, IDataset dataset, Func<Tensor, Tensor> score, TrainingOptions options, Device device)
    {
        var scores = new MultiLabelScores(network.ClassCount);
        var lossSum = 0.0;
        using var loss = new BinaryCrossEntropyLoss(classWeights: null, positiveWeights: null, labelSmoothing: 0);
        ForEachBatch(dataset, dataset.ReadableIndices, options, batch =>
        {
            var logits = score(batch.ToTensor());
            lossSum += loss.Of(logits, loss.Targets(batch, dataset.Images, device)).item<float>() * batch.Indices.Length;
            var probabilities = logits.sigmoid().cpu().data<float>().ToArray();
            foreach (var (row, index) in batch.Indices.Index())
                scores.Add(probabilities.AsSpan(row * network.ClassCount, network.ClassCount), dataset.Images.ClassesOf(index));
        });
        if (scores.Count == 0)
            return new(double.NaN, double.NaN, double.NaN, MeanAveragePrecision: double.NaN);
        var metrics = scores.Metrics([], scores.EvenThresholds());
        return new(lossSum / scores.Count, metrics.SubsetAccuracy, metrics.MacroF1, MeanAveragePrecision: metrics.MacroAveragePrecision);
    }

    private static void ForEachBatch(
        IDataset dataset, IReadOnlyList<int> indices, TrainingOptions options, Action<ITrainingBatch> measure)
    {
        using var inference = inference_mode();
        foreach (var batch in dataset.Read(indices, options.BatchSize, epoch: null))
        {
            using (batch)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                if (batch.Indices.Length == 0)
                    continue;
                using var scope = NewDisposeScope();
                measure(batch);
            }
        }
    }
}
