using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>The classes of a batch as a tensor.</summary>
internal static class BatchLabels
{
    /// <summary>Shape [N], 64-bit.</summary>
    public static Tensor Of(ITrainingBatch batch, TrainingImages images, Device device) =>
        tensor(Array.ConvertAll(batch.Indices, index => (long)images.Labels[index]), device: device);
}
