namespace MLNet.ResNetFamily;

/// <summary>A VGG network: 3×3 convolutions in a row, and three linear layers, of which the last is the classifier.</summary>
/// <param name="Name">Name of the variant.</param>
/// <param name="HasBatchNorm">
/// Whether a batch norm follows each convolution, as in torchvision's "_bn" networks; the paper has none.
/// </param>
/// <remarks>Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition" (2014),
/// https://arxiv.org/abs/1409.1556, table 1, column D.</remarks>
public sealed record VggSpec(string Name, bool HasBatchNorm) : BackboneSpec(Name)
{
    /// <summary>
    /// Probability of dropping a value after each of the two hidden linear layers while training. At least 0, below 1; 0.5 by default, as
    /// in the paper.
    /// </summary>
    public double Dropout { get; init; } = 0.5;

    /// <inheritdoc/>
    public override string HeadKey { get; init; } = "classifier.6";

    /// <inheritdoc/>
    public override string Family => "VGG";

    /// <inheritdoc/>
    public override string Paper => Papers.Vgg;

    /// <inheritdoc/>
    public override int FeatureCount => 4096;

    /// <inheritdoc/>
    public override int MinimumImageSize => 32;

    internal override bool KeepsMkldnnLayout => true;

    internal override double? HeadDeviation => 0.01;

    /// <inheritdoc/>
    public override Backbone Build() => new Vgg(this);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "at least 0 and below 1");
    }
}
