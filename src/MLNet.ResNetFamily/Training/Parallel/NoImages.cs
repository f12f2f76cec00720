using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>The part of a process in a batch that is too small for all.</summary>
internal sealed class NoImages : ITrainingBatch
{
    /// <inheritdoc/>
    public int[] Indices => [];

    /// <inheritdoc/>
    public Tensor ToTensor() => throw new InvalidOperationException("A batch without images has no inputs.");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
