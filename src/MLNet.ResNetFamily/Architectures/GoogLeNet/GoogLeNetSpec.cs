namespace MLNet.ResNetFamily;

/// <summary>GoogLeNet, the first Inception network, with torchvision's batch norms.</summary>
/// <param name="Name">Name of the variant.</param>
/// <remarks>
/// Szegedy et al., "Going Deeper with Convolutions" (2014), https://arxiv.org/abs/1409.4842, table 1. Where the paper has 5×5 convolutions,
/// torchvision's network and its weights have 3×3.
/// </remarks>
public sealed record GoogLeNetSpec(string Name) : BackboneSpec(Name)
{
    /// <summary>
    /// Whether two more classifiers in the middle of the network learn along, as published; scoring never uses them. True by default.
    /// </summary>
    public bool AuxiliaryHeads { get; init; } = true;

    /// <summary>
    /// Probability of dropping a feature before the classifier while training. At least 0, below 1; 0.2 by default, as torchvision has it;
    /// the paper has 0.4.
    /// </summary>
    public double Dropout { get; init; } = 0.2;

    /// <summary>
    /// The same before the classifiers of <see cref="AuxiliaryHeads"/>. At least 0, below 1; 0.7 by default, as in the paper.
    /// </summary>
    public double AuxiliaryDropout { get; init; } = 0.7;

    // The published weights see values of -1 to 1: torchvision normalizes as ever and turns that into this ("transform_input").
    /// <inheritdoc/>
    public override Preprocessing Preprocessing { get; init; } = new() { Mean = [0.5f, 0.5f, 0.5f], Std = [0.5f, 0.5f, 0.5f] };

    /// <inheritdoc/>
    public override string Family => "GoogLeNet";

    /// <inheritdoc/>
    public override string Paper => Papers.GoogLeNet;

    /// <inheritdoc/>
    public override int FeatureCount => 1024;

    /// <inheritdoc/>
    public override int MinimumImageSize => 15;

    internal override double? HeadDeviation => 0.01;

    internal override IReadOnlyList<AuxiliaryClassifier> Auxiliaries =>
        AuxiliaryHeads ? [Auxiliary("aux1", 512), Auxiliary("aux2", 528)] : [];

    // The paper, section 6.
    internal override double AuxiliaryLossWeight => 0.3;

    /// <inheritdoc/>
    public override Backbone Build() => new GoogLeNet(this);

    private AuxiliaryClassifier Auxiliary(string key, int channels) =>
        new(key, MinimumMapSize: 1, classCount => new GoogLeNetAuxiliaryHead(channels, classCount, AuxiliaryDropout));

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "at least 0 and below 1");
        Require(AuxiliaryDropout is >= 0 and < 1, nameof(AuxiliaryDropout), AuxiliaryDropout, "at least 0 and below 1");
    }
}
