namespace MLNet.ResNetFamily;

/// <summary>The first layers of a residual network.</summary>
public enum StemKind
{
    /// <summary>A 7×7 convolution and a 3×3 max pooling, each with stride 2: for images of 224 pixels.</summary>
    ImageNet,

    /// <summary>A 3×3 convolution with stride 1: for images of 32 pixels.</summary>
    Cifar,
}
