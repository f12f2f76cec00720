namespace MLNet.ResNetFamily;

/// <summary>
/// Whether images also go through operations drawn from a set: shears, shifts, turns, changes of color, sharpness and tone.
/// </summary>
public enum AugmentationPolicy
{
    /// <summary>No such operations.</summary>
    None,

    /// <summary>
    /// A fixed number of operations, all of one strength (Cubuk et al., "RandAugment" (2019), https://arxiv.org/abs/1909.13719), with the
    /// operations and strengths of torchvision.
    /// </summary>
    RandAugment,

    /// <summary>
    /// One operation of random strength, from the wide set (Müller and Hutter, "TrivialAugment" (2021), https://arxiv.org/abs/2103.10158):
    /// nothing to tune.
    /// </summary>
    TrivialAugment,
}
