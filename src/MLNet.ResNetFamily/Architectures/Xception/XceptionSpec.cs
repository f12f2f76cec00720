namespace MLNet.ResNetFamily;

/// <summary>Xception: depthwise separable convolutions with residual connections.</summary>
/// <param name="Name">Name of the variant.</param>
/// <remarks>
/// Chollet, "Xception: Deep Learning with Depthwise Separable Convolutions" (2016), https://arxiv.org/abs/1610.02357, figure 5.
/// </remarks>
public sealed record XceptionSpec(string Name) : BackboneSpec(Name)
{
    /// <summary>Depthwise filters for each input channel. At least 1; 1 by default, as in the paper.</summary>
    public int DepthMultiplier { get; init; } = 1;

    /// <summary>What stands between depthwise and pointwise part. <see cref="SeparableActivation.None"/> by default.</summary>
    public SeparableActivation Activation { get; init; } = SeparableActivation.None;

    /// <summary>Branches left out at random while training; none by default.</summary>
    public StochasticDepth? StochasticDepth { get; init; }

    /// <inheritdoc/>
    public override Preprocessing Preprocessing { get; init; } = InceptionPreprocessing.Default;

    /// <inheritdoc/>
    public override string Family => "Xception";

    /// <inheritdoc/>
    public override string Paper => Papers.Xception;

    /// <inheritdoc/>
    public override int FeatureCount => 2048;

    /// <inheritdoc/>
    public override int MinimumImageSize => 7;

    /// <inheritdoc/>
    public override Backbone Build() => new Xception(this);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(DepthMultiplier >= 1, nameof(DepthMultiplier), DepthMultiplier, "at least 1");
        RequireDefined(Activation);
        RequireValid(StochasticDepth);
    }
}
