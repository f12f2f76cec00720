namespace MLNet.ResNetFamily.Comparison;

/// <summary>What the product is compared with.</summary>
internal enum Peer
{
    /// <summary>Debian's, timed by a script in Python.</summary>
    PyTorch,

    /// <summary>Its own session, on a network that PyTorch exported.</summary>
    OnnxRuntime,

    /// <summary>ML.NET's own transforms from a file to its scores.</summary>
    Pipeline,

    /// <summary>ML.NET's own transforms from a file to the features of its package's network.</summary>
    Featurizer,

    /// <summary>The networks that come with TorchSharp.</summary>
    Torchvision,
}
