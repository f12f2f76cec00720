using TorchSharp;

namespace MLNet.ResNetFamily;

/// <summary>
/// Libtorch takes a quarter of a second to start, about as long as a model file takes to read: it starts on a thread of its own meanwhile.
/// </summary>
internal static class LibtorchWarmUp
{
    /// <summary>Begins it, and does not wait. Where libtorch cannot start, its first use says why.</summary>
    public static void Begin() => Task.Run(() => MkldnnLayout.IsAvailable(torch.ScalarType.Float32));
}
