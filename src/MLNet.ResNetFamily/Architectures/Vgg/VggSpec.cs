namespace MLNet.ResNetFamily;

/// <summary>A VGG network: 3×3 convolutions in a row, and three linear layers, of which the last is the classifier.</summary>
/// <param name="Name">Name of the variant.</param>
/// <param name="HasBatchNorm">Whether a batch norm follows each convolution, as in torchvision's "_bn" networks; the paper has none.</param>
/// <remarks>Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition" (2014),
/// https://arxiv.org/abs/1409.1556, table 1, column D.</remarks>
public sealed record VggSpec(string Name, bool HasBatchNorm) : BackboneSpec(Name)
{
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

    internal override double? HeadDeviation => 0.01;

    /// <inheritdoc/>
    public override Backbone Build() => new Vgg(this);
}
