using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Some inputs of a network.</summary>
internal interface ITrainingBatch : IDisposable
{
    /// <summary>The places of the inputs in <see cref="IDataset.Images"/>.</summary>
    int[] Indices { get; }

    /// <summary>The inputs on the network's device, one row each. They may share memory with the batch, which has to live longer.</summary>
    Tensor ToTensor();
}
