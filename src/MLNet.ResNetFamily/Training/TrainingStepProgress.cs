namespace MLNet.ResNetFamily;

/// <summary>How far a training is inside of an epoch.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="EpochCount">Number of epochs asked for.</param>
/// <param name="Batch">Number of the batch that was learned from, from 1.</param>
/// <param name="BatchCount">Batches of the epoch.</param>
/// <param name="ImageCount">Images of the batch.</param>
public sealed record TrainingStepProgress(int Epoch, int EpochCount, int Batch, int BatchCount, int ImageCount);
