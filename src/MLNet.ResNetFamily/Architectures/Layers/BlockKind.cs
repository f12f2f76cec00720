namespace MLNet.ResNetFamily;

/// <summary>The two residual blocks of He et al. (2015), figure 5.</summary>
public enum BlockKind
{
    /// <summary>Two 3×3 convolutions.</summary>
    Basic,

    /// <summary>1×1, 3×3, 1×1 convolution; the last one gives four times the channels.</summary>
    Bottleneck,
}
