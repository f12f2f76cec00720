using System.Runtime.CompilerServices;

namespace MLNet.ResNetFamily;

/// <summary>
/// What a backbone is, as data: one row of <see cref="Backbones"/>, or a variant of one made by <c>with</c>. The spec knows its builder.
/// </summary>
/// <param name="Name">Name of the variant; rows carry the name that published checkpoints use, such as "resnext50_32x4d".</param>
/// <remarks>
/// Immutable, so one spec may be used by many threads. Specs hold lists, which records compare by reference: tell them apart by name.
/// </remarks>
public abstract record BackboneSpec(string Name)
{
    /// <summary>Family of networks that the variant belongs to, such as "ResNeXt".</summary>
    public abstract string Family { get; }

    /// <summary>Paper that describes the variant: authors, title, year and address.</summary>
    public abstract string Paper { get; }

    /// <summary>Number F of features that the backbone gives for an image.</summary>
    public abstract int FeatureCount { get; }

    /// <summary>
    /// Channels of the input images. From 1 to 16; 3, red, green and blue, by default. With 1, images are made gray as Pillow's "L"
    /// (ITU-R 601); with another number, they are vectors of as many planes. Weights of 3 channels are adapted as timm does it.
    /// </summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>
    /// How images are prepared when nothing else is asked for; its <see cref="Preprocessing.ImageSize"/> is the default input size.
    /// </summary>
    public virtual Preprocessing Preprocessing { get; init; } = new();

    /// <summary>Side of the smallest square image, in pixels, that the network's layers accept.</summary>
    public abstract int MinimumImageSize { get; }

    /// <summary>Key under which published checkpoints keep the classifier, such as "fc" of "fc.weight".</summary>
    public virtual string HeadKey { get; init; } = "fc";

    /// <summary>Number of classes of the published checkpoints, which published parameter counts include. 1000 by default.</summary>
    public virtual int PublishedClassCount { get; init; } = 1000;

    // timm writes some classifiers as a 1×1 convolution: the same numbers in a shape with two more dimensions.
    internal virtual bool HeadIsConvolution => false;

    // Classifiers that learn along from maps in the middle of the network, in the order of these.
    internal virtual IReadOnlyList<AuxiliaryClassifier> Auxiliaries => [];

    // How often the loss of each of them counts, as published.
    internal virtual double AuxiliaryLossWeight => 0.4;

    // Whether the maps come of convolutions, ReLUs, additions and pooling alone, so that they can be computed in oneDNN's own memory order.
    internal virtual bool KeepsMkldnnLayout => false;

    // Standard deviation of the classifier's first weights where its paper or reference says another than PyTorch's linear layer.
    internal virtual double? HeadDeviation => null;

    /// <summary>
    /// The stages that the network's maps can be taken after, in their order (timm's <c>feature_info</c>). The maps of the last are those
    /// before pooling, after the final norm and activation where the network has them.
    /// </summary>
    /// <param name="imageSize">Side of the image in pixels; null, the default, for that of <see cref="Preprocessing"/>.</param>
    /// <returns>Name, shape and reduction of each; a network whose builder names none has one, "features".</returns>
    /// <exception cref="ArgumentException">A value of the spec cannot work, or the image is too small.</exception>
    public IReadOnlyList<BackboneStage> Stages(int? imageSize = null)
    {
        var size = imageSize ?? Preprocessing.ImageSize;
        if (size < MinimumImageSize)
        {
            throw new ArgumentException(
                $"Images of {size}×{size} pixels are too small for '{Name}', which needs at least {MinimumImageSize}×{MinimumImageSize}. " +
                "Give a larger size.", nameof(imageSize));
        }
        using var modes = TorchModes.Enter();
        using var network = Initialization.LeaveOut(Build);
        var usual = network.StageShapes(Preprocessing.ImageSize);
        // Convolutions without padding take a few pixels more than the strides say.
        return [.. network.StageShapes(size).Zip(usual, (stage, atUsual) => new BackboneStage(
            stage.Name, stage.Shape, 1 << (int)Math.Round(Math.Log2((double)Preprocessing.ImageSize / atUsual.Shape[1]))))];
    }

    /// <summary>Makes the network, initialized as its paper says from torch's global generator.</summary>
    /// <returns>A new backbone on the CPU; the caller disposes of it.</returns>
    /// <exception cref="ArgumentException">A value of the spec cannot work.</exception>
    public abstract Backbone Build();

    /// <summary>Refuses values that no network can be built from.</summary>
    /// <exception cref="ArgumentException">A value of the spec cannot work; the message names it.</exception>
    public virtual void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(Name), nameof(Name), Name, "a name");
        Require(
            InputChannels is >= 1 and <= 16, nameof(InputChannels), InputChannels,
            "from 1 to 16; of images of more channels, choose or combine some");
        Require(PublishedClassCount >= 1, nameof(PublishedClassCount), PublishedClassCount, "at least 1");
        Preprocessing.Validate();
    }

    /// <summary>Throws unless a value of the spec is as needed.</summary>
    /// <param name="holds">Whether the value is as needed.</param>
    /// <param name="property">Name of the property.</param>
    /// <param name="value">Its value.</param>
    /// <param name="needed">What is needed, in words.</param>
    /// <exception cref="ArgumentException"><paramref name="holds"/> is false.</exception>
    protected void Require(bool holds, string property, object? value, string needed) =>
        OptionCheck.Require(holds, property, value, needed, $"'{Name}': property");

    /// <summary>Throws unless an enumeration holds one of its named values.</summary>
    /// <param name="value">The value.</param>
    /// <param name="property">Name of the property.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> has no name.</exception>
    protected void RequireDefined<T>(T value, [CallerArgumentExpression(nameof(value))] string property = "") where T : struct, Enum =>
        Require(Enum.IsDefined(value), property, value, $"one of {string.Join(", ", Enum.GetNames<T>())}");

    private protected void RequireValid(StochasticDepth? depth) =>
        Require(
            depth is null or { SurvivalProbability: > 0 and <= 1 }, "StochasticDepth.SurvivalProbability", depth?.SurvivalProbability,
            "above 0 and at most 1");
}
