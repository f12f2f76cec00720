using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>A network that answers and learns nothing more. May be used by many threads at once.</summary>
internal interface IInferenceNetwork : IDisposable
{
    /// <summary>What it computes in now; never <see cref="Precision.Auto"/>.</summary>
    Precision Precision { get; }

    /// <summary>Logits or features in float32, shape [N, classes] or [N, features].</summary>
    /// <param name="images">Shape [N, C, S, S], float32, on the network's device.</param>
    Tensor Run(Tensor images);
}
