using System.Security.Cryptography;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>The values of a tensor as part of a hash.</summary>
internal static class TensorHash
{
    /// <param name="hash">What they are added to.</param>
    /// <param name="tensor">Any tensor, on any device; its layout does not matter.</param>
    public static void Append(IncrementalHash hash, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        hash.AppendData(tensor.detach().cpu().contiguous().bytes);
    }
}
