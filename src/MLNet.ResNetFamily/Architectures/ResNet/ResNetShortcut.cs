namespace MLNet.ResNetFamily;

/// <summary>
/// The shortcut options of He et al. (2015), section 4.1, and the plain networks without any that the paper compares them with.
/// </summary>
public enum ResNetShortcut
{
    /// <summary>Option A: identity everywhere; where shapes change, every second pixel and channels of zeros. No parameters.</summary>
    ZeroPadding,

    /// <summary>Option B: identity; where shapes change, a 1×1 convolution with batch norm.</summary>
    Projection,

    /// <summary>Option C: a 1×1 convolution with batch norm everywhere.</summary>
    ProjectionEverywhere,

    /// <summary>No shortcut: the plain network, whose layers follow one another.</summary>
    None,
}
