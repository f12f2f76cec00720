namespace MLNet.ResNetFamily;

/// <summary>Loads published or own weights from a file into a network.</summary>
/// <remarks>
/// Names and shapes are compared before anything is changed, checksums too where the format has them. Names of other dialects
/// (torchvision, timm, Cadene, pytorchcv, transformers, Keras-style pre-activation) are translated, and a prefix that all of them share
/// (<c>module.</c>, <c>encoder.</c>, <c>model.net.</c>) is left out. Values are converted to the
/// network's type.
/// </remarks>
public static class WeightImport
{
    /// <summary>Loads a file into a backbone, which has no classifier.</summary>
    /// <param name="backbone">The network whose weights are replaced.</param>
    /// <param name="path">Path of a .safetensors file or a PyTorch checkpoint.</param>
    /// <param name="skip">Keys of the file or the backbone to leave out, usually the classifier's; one that ends in <c>*</c> stands for all
    /// that begin so.</param>
    /// <param name="adaptInputChannels">Whether the first convolution of RGB weights is adapted to a backbone with another channel count,
    /// as timm does it: summed for one channel, else repeated and scaled by 3 over the count. False by default.</param>
    /// <param name="prefix">Under which names the network stands in a file that holds more than it, for example <c>encoder_q</c>; all
    /// others are left out but a classifier. Null, the default, finds the one prefix under which the network is complete.</param>
    /// <returns>What became of each tensor.</returns>
    /// <exception cref="ArgumentException">An entry of <paramref name="skip"/> stands for nothing, or no name begins with
    /// <paramref name="prefix"/>.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, holds the network under several prefixes, or does not fit the
    /// backbone; the backbone is unchanged.</exception>
    public static WeightReport Load(
        Backbone backbone, string path, IReadOnlyCollection<string>? skip = null, bool adaptInputChannels = false, string? prefix = null)
    {
        using var file = WeightFile.Open(path);
        return Load(backbone, file, skip, adaptInputChannels, prefix);
    }

    /// <summary>
    /// Loads an open file into a backbone, for example a <see cref="PthFile"/> of which a certain state_dict was asked for.
    /// </summary>
    /// <inheritdoc cref="Load(Backbone, string, IReadOnlyCollection{string}, bool, string?)"/>
    public static WeightReport Load(
        Backbone backbone, WeightFile file, IReadOnlyCollection<string>? skip = null,
        bool adaptInputChannels = false, string? prefix = null) =>
        new WeightMatch(backbone.Spec, backbone.NamedState(), file, skip ?? [], adaptInputChannels, prefix: prefix).Load();

    /// <summary>Loads a file into a backbone and its classifier.</summary>
    /// <param name="network">The network whose weights are replaced.</param>
    /// <param name="path">Path of a .safetensors file or a PyTorch checkpoint.</param>
    /// <param name="skip">Keys of the file or the network to leave out; one that ends in <c>*</c> stands for all that begin so.</param>
    /// <param name="head">What to do with the file's classifier; required by default.</param>
    /// <param name="adaptInputChannels">Whether the first convolution of RGB weights is adapted to a network with another channel count,
    /// as timm does it: summed for one channel, else repeated and scaled by 3 over the count. False by default.</param>
    /// <param name="prefix">Under which names the network stands in a file that holds more than it, for example <c>encoder_q</c>; all
    /// others are left out but a classifier. Null, the default, finds the one prefix under which the network is complete.</param>
    /// <returns>What became of each tensor.</returns>
    /// <exception cref="ArgumentException">An entry of <paramref name="skip"/> stands for nothing, or no name begins with
    /// <paramref name="prefix"/>.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, holds the network under several prefixes, or does not fit the
    /// network; the network is unchanged.</exception>
    public static WeightReport Load(
        ImageClassifierNetwork network, string path, IReadOnlyCollection<string>? skip = null, HeadImport head = HeadImport.Required,
        bool adaptInputChannels = false, string? prefix = null)
    {
        using var file = WeightFile.Open(path);
        return Load(network, file, skip, head, adaptInputChannels, prefix);
    }

    /// <summary>
    /// Loads an open file into a backbone and its classifier, for example a <see cref="PthFile"/> of which a certain state_dict was
    /// asked for.
    /// </summary>
    /// <inheritdoc cref="Load(ImageClassifierNetwork, string, IReadOnlyCollection{string}, HeadImport, bool, string?)"/>
    public static WeightReport Load(
        ImageClassifierNetwork network, WeightFile file, IReadOnlyCollection<string>? skip = null, HeadImport head = HeadImport.Required,
        bool adaptInputChannels = false, string? prefix = null) =>
        new WeightMatch(network.Backbone.Spec, network.NamedState(), file, skip ?? [], adaptInputChannels, head, prefix).Load();

    /// <summary>
    /// Loads the whole file, for callers that have no way to name tensors to leave out: messages then speak of none. The first convolution
    /// is adapted to the network's channels.
    /// </summary>
    internal static WeightReport LoadWhole(ImageClassifierNetwork network, WeightFile file, HeadImport head) =>
        new WeightMatch(network.Backbone.Spec, network.NamedState(), file, null, true, head).Load();
}
