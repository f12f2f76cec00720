namespace MLNet.ResNetFamily;

/// <summary>AlexNet in one column: five convolutions, and three linear layers, of which the last is the classifier.</summary>
/// <param name="Name">Name of the variant.</param>
/// <remarks>
/// Krizhevsky, "One weird trick for parallelizing convolutional neural networks" (2014), https://arxiv.org/abs/1404.5997: the network that
/// won ILSVRC 2012 without its split over two GPUs and without local response normalization, with torchvision's channels.
/// </remarks>
public sealed record AlexNetSpec(string Name) : BackboneSpec(Name)
{
    /// <summary>
    /// Probability of dropping a value before each of the two hidden linear layers while training. At least 0, below 1; 0.5 by default, as
    /// in the paper.
    /// </summary>
    public double Dropout { get; init; } = 0.5;

    /// <inheritdoc/>
    public override string HeadKey { get; init; } = "classifier.6";

    /// <inheritdoc/>
    public override string Family => "AlexNet";

    /// <inheritdoc/>
    public override string Paper => Papers.AlexNet;

    /// <inheritdoc/>
    public override int FeatureCount => 4096;

    /// <inheritdoc/>
    public override int MinimumImageSize => 63;

    internal override bool KeepsMkldnnLayout => true;

    /// <inheritdoc/>
    public override Backbone Build() => new AlexNet(this);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Dropout is >= 0 and < 1, nameof(Dropout), Dropout, "at least 0 and below 1");
    }
}
