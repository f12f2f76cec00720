namespace MLNet.ResNetFamily;

/// <summary>
/// In how many ways each image is shown to the network when it is scored; the answer is the mean over them. More accurate by a little, and
/// slower by the number of views (Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks" (2012), section
/// 4.1).
/// </summary>
public enum TestTimeAugmentation
{
    /// <summary>As it is: one view.</summary>
    None,

    /// <summary>
    /// As it is and mirrored left to right: two views. Not for letters, signs and the like, whose mirror images mean something else.
    /// </summary>
    Flip,

    /// <summary>
    /// The center and the four corners of the resized image: five views. They differ where the image is not square or
    /// <see cref="Preprocessing.ResizeSize"/> is above <see cref="Preprocessing.ImageSize"/>.
    /// </summary>
    FiveCrops,
}
