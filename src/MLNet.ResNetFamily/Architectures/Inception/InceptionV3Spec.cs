namespace MLNet.ResNetFamily;

/// <summary>Inception v3.</summary>
/// <param name="Name">Name of the variant.</param>
/// <remarks>
/// Szegedy et al., "Rethinking the Inception Architecture for Computer Vision" (2015), https://arxiv.org/abs/1512.00567, table 1.
/// </remarks>
public sealed record InceptionV3Spec(string Name) : BackboneSpec(Name)
{
    /// <summary>
    /// Whether a second classifier in the middle of the network learns along, as published; scoring never uses it. True by default.
    /// </summary>
    /// <remarks>It needs images of at least 299 pixels; on smaller ones training goes on without it.</remarks>
    public bool AuxiliaryHead { get; init; } = true;

    /// <summary>
    /// Probability of dropping a feature before the classifier while training. At least 0, below 1; 0.5 by default, as torchvision has it.
    /// </summary>
    public double Dropout { get; init; } = 0.5;

    /// <inheritdoc/>
    public override Preprocessing Preprocessing { get; init; } = new() { ImageSize = 299, ResizeSize = 342 };

    /// <inheritdoc/>
    public override string Family => "Inception";

    /// <inheritdoc/>
    public override string Paper => Papers.InceptionV3;

    /// <inheritdoc/>
    public override int FeatureCount => 2048;

    /// <inheritdoc/>
    public override int MinimumImageSize => 75;

    internal override IReadOnlyList<AuxiliaryClassifier> Auxiliaries =>
        AuxiliaryHead ? [AuxiliaryClassifier.Inception(768)] : [];

    /// <inheritdoc/>
    public override Backbone Build() => new InceptionV3(this);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "at least 0 and below 1");
    }
}
