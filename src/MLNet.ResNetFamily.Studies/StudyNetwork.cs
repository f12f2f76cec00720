using System.Security.Cryptography;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>The network of a trained classifier, copied for a study that changes it.</summary>
internal static class StudyNetwork
{
    /// <summary>A copy on the CPU in evaluation mode, whose weights do not learn; the caller disposes of it.</summary>
    public static ImageClassifierNetwork Copy(ImageClassifierTransformer model)
    {
        var copy = new ImageClassifierNetwork(model.Backbone, model.ClassNames.Count);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (to, from) in copy.NamedState().Zip(model.Network.NamedState()))
            to.Tensor.copy_(from.Tensor);
        copy.eval();
        foreach (var parameter in copy.parameters())
            parameter.requires_grad = false;
        ChannelsLast.Apply(copy);
        return copy;
    }

    /// <summary>Tells the weights of one model from those of another.</summary>
    public static string Fingerprint(ImageClassifierTransformer model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, tensor) in model.Network.NamedState())
            TensorHash.Append(hash, tensor);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }
}
