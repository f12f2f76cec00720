namespace MLNet.ResNetFamily;

/// <summary>Which weights of a network learn.</summary>
public enum FineTuneKind
{
    /// <summary>All of them, from the first step on.</summary>
    All,

    /// <summary>
    /// The classifier's alone: the backbone stays as it is, batch normalization included. Fast, and right for few images that resemble
    /// those that the backbone's weights come from.
    /// </summary>
    HeadOnly,

    /// <summary>
    /// The classifier's alone at first, so that its random start does not disturb the backbone; then all of them, the earlier the layer
    /// the more slowly.
    /// </summary>
    Gradual,
}
