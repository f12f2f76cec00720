namespace MLNet.ResNetFamily;

/// <summary>What makes up for classes that have fewer images than others.</summary>
public enum ClassBalance
{
    /// <summary>Nothing: every image counts alike, so frequent classes count more.</summary>
    None,

    /// <summary>
    /// The loss of an image is weighted by the inverse of its class's number of images, so that all classes count alike; the mean over all
    /// training images is 1. Where an image may show several classes, those that show a class are weighted by how many times more do not,
    /// so that both count alike (the <c>pos_weight</c> of PyTorch's BCEWithLogitsLoss).
    /// </summary>
    Weights,

    /// <summary>
    /// An epoch shows every class equally often, and as many images as there are: images of small classes come several times, of large
    /// ones only a part. An image of several classes comes for each of them, and images of none count as a class.
    /// </summary>
    Sampling,
}
