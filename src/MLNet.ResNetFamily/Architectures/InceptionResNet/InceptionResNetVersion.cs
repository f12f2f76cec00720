namespace MLNet.ResNetFamily;

/// <summary>The two Inception-ResNets of Szegedy et al. (2016).</summary>
public enum InceptionResNetVersion
{
    /// <summary>The smaller one, of about the cost of Inception v3 (figures 10 to 14).</summary>
    V1,

    /// <summary>The larger one, of about the cost of Inception v4 (figures 16 to 19).</summary>
    V2,
}
