namespace MLNet.ResNetFamily;

/// <summary>An Inception-ResNet: inception blocks whose output, scaled down, is added to their input.</summary>
/// <param name="Name">Name of the variant.</param>
/// <param name="Version">Which of the two.</param>
/// <remarks>Szegedy et al., "Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning" (2016),
/// https://arxiv.org/abs/1602.07261, figure 15.</remarks>
public sealed record InceptionResNetSpec(string Name, InceptionResNetVersion Version) : BackboneSpec(Name)
{
    /// <summary>
    /// Factor on the branches of the first kind of block, at 35×35 positions. 0.17 by default, as published; the paper advises 0.1 to 0.3.
    /// </summary>
    public double ScaleA { get; init; } = 0.17;

    /// <summary>Factor on the branches of the second kind of block, at 17×17 positions. 0.10 by default, as published.</summary>
    public double ScaleB { get; init; } = 0.10;

    /// <summary>Factor on the branches of the third kind of block, at 8×8 positions. 0.20 by default, as published.</summary>
    public double ScaleC { get; init; } = 0.20;

    /// <summary>Size of a linear layer with batch norm that version 1's published networks have between pooling and classifier;
    /// 0, the default, for none, as in the paper.</summary>
    public int EmbeddingSize { get; init; }

    /// <summary>Whether a second classifier in the middle of the network learns along; scoring never uses it. False by default.</summary>
    /// <remarks>It needs images of at least 299 pixels; on smaller ones training goes on without it.</remarks>
    public bool AuxiliaryHead { get; init; }

    /// <summary>
    /// Probability of dropping a feature before the classifier while training. At least 0, below 1; 0 by default, 0.2 in the paper.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>Branches left out at random while training; none by default.</summary>
    public StochasticDepth? StochasticDepth { get; init; }

    /// <inheritdoc/>
    public override Preprocessing Preprocessing { get; init; } = InceptionPreprocessing.Default;

    /// <inheritdoc/>
    public override string HeadKey { get; init; } = "classif";

    /// <inheritdoc/>
    public override string Family => "Inception-ResNet";

    /// <inheritdoc/>
    public override string Paper => Papers.InceptionV4;

    /// <inheritdoc/>
    public override int FeatureCount => EmbeddingSize > 0 ? EmbeddingSize : Version == InceptionResNetVersion.V1 ? 1792 : 1536;

    /// <inheritdoc/>
    public override int MinimumImageSize => 75;

    internal override IReadOnlyList<AuxiliaryClassifier> Auxiliaries =>
        AuxiliaryHead ? [AuxiliaryClassifier.Inception(Version == InceptionResNetVersion.V1 ? 896 : 1088)] : [];

    /// <inheritdoc/>
    public override Backbone Build() => new InceptionResNet(this);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        RequireDefined(Version);
        Require(double.IsFinite(ScaleA), nameof(ScaleA), ScaleA, "a finite number");
        Require(double.IsFinite(ScaleB), nameof(ScaleB), ScaleB, "a finite number");
        Require(double.IsFinite(ScaleC), nameof(ScaleC), ScaleC, "a finite number");
        Require(EmbeddingSize >= 0, nameof(EmbeddingSize), EmbeddingSize, "at least 1, or 0 for none");
        Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "at least 0 and below 1");
        RequireValid(StochasticDepth);
    }
}
