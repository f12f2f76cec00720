namespace MLNet.ResNetFamily;

/// <summary>Inception v4.</summary>
/// <param name="Name">Name of the variant.</param>
/// <remarks>Szegedy et al., "Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning" (2016),
/// https://arxiv.org/abs/1602.07261, figure 9.</remarks>
public sealed record InceptionV4Spec(string Name) : BackboneSpec(Name)
{
    /// <inheritdoc/>
    public override Preprocessing Preprocessing { get; init; } = InceptionPreprocessing.Default with { ResizeSize = 342 };

    /// <inheritdoc/>
    public override string HeadKey { get; init; } = "last_linear";

    /// <inheritdoc/>
    public override string Family => "Inception";

    /// <inheritdoc/>
    public override string Paper => Papers.InceptionV4;

    /// <inheritdoc/>
    public override int FeatureCount => 1536;

    /// <inheritdoc/>
    public override int MinimumImageSize => 75;

    /// <inheritdoc/>
    public override Backbone Build() => new InceptionV4(this);
}
