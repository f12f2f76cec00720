namespace MLNet.ResNetFamily;

/// <summary>
/// The three equivalent forms of a ResNeXt block: Xie et al. (2016), figure 3. <see cref="AggregationFormConverter"/> converts weights
/// between them.
/// </summary>
public enum AggregationForm
{
    /// <summary>Figure 3c: one grouped 3×3 convolution. The fastest, and the form of published checkpoints.</summary>
    GroupedConvolution,

    /// <summary>Figure 3b: paths of their own up to the 3×3 convolution, concatenated for one last 1×1 convolution.</summary>
    EarlyConcatenation,

    /// <summary>Figure 3a: paths of their own throughout, added up.</summary>
    SplitTransformSum,
}
