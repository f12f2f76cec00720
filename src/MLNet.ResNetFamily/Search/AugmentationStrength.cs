namespace MLNet.ResNetFamily;

/// <summary>How strongly the training images of a <see cref="Recipe"/> are varied.</summary>
public enum AugmentationStrength
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Random crops: the defaults of <see cref="AugmentationOptions"/>.</summary>
    Light,

    /// <summary>Random crops, half of them mirrored.</summary>
    Mirrored,

    /// <summary>
    /// <see cref="AugmentationOptions.Trivial"/>: smaller crops, mirroring, one random operation an image, a little erasing.
    /// </summary>
    Strong,
}
