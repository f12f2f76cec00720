namespace MLNet.ResNetFamily;

/// <summary>What a network learns from or is measured with: inputs with their classes, read in batches.</summary>
internal interface IDataset
{
    /// <summary>The images that the inputs come from.</summary>
    TrainingImages Images { get; }

    /// <summary>The places in <see cref="Images"/> of those that can be read, as far as is known; ascending.</summary>
    IReadOnlyList<int> ReadableIndices { get; }

    /// <summary>Reads inputs in an order. The caller disposes of each batch before it asks for the next.</summary>
    /// <param name="order">Places in <see cref="Images"/>.</param>
    /// <param name="batchSize">Inputs per batch; fewer where images turn out to be unreadable, and in the last.</param>
    /// <param name="epoch">Number of the epoch, which decides how the inputs are varied; null for inputs as scoring sees them.</param>
    /// <exception cref="OperationCanceledException">The training was canceled.</exception>
    IEnumerable<ITrainingBatch> Read(IReadOnlyList<int> order, int batchSize, int? epoch);
}
