namespace MLNet.ResNetFamily;

/// <summary>What happens on the shortcut of a residual unit: the six forms of He et al. (2016), figure 2.</summary>
public enum ResNetV2Shortcut
{
    /// <summary>Figure 2a, the original: nothing.</summary>
    Identity,

    /// <summary>Figure 2b: shortcut and branch are each multiplied by a constant.</summary>
    ConstantScaling,

    /// <summary>
    /// Figure 2c: with g the sigmoid of a 1×1 convolution of the input, the shortcut is multiplied by 1 - g and the branch by g.
    /// </summary>
    ExclusiveGating,

    /// <summary>Figure 2d: as exclusive gating, but the branch stays as it is.</summary>
    ShortcutOnlyGating,

    /// <summary>Figure 2e: a 1×1 convolution everywhere, not only where shapes change.</summary>
    Convolution1x1,

    /// <summary>Figure 2f: dropout.</summary>
    Dropout,
}
