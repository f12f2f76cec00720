namespace MLNet.ResNetFamily;

/// <summary>
/// What stands between the depthwise and the pointwise part of a separable convolution: Chollet (2016), section 4.7 and figure 10.
/// </summary>
public enum SeparableActivation
{
    /// <summary>Nothing, which was found best.</summary>
    None,

    /// <summary>A ReLU.</summary>
    ReLU,

    /// <summary>An ELU.</summary>
    ELU,
}
