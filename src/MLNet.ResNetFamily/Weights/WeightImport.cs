namespace MLNet.ResNetFamily;

/// <summary>Loads published or own weights from a file into a network.</summary>
/// <remarks>
/// Names and shapes are compared before anything is changed, checksums too where the format has them. Names of other dialects
/// (torchvision, timm, Cadene, pytorchcv, Keras-style pre-activation, <c>module.</c> prefixes) are translated. Values are converted to the
/// network's type.
/// </remarks>
public static class WeightImport
{
    /// <summary>Loads a file into a backbone, which has no classifier.</summary>
    /// <param name="backbone">The network whose weights are replaced.</param>
    /// <param name="path">Path of a .safetensors file or a PyTorch checkpoint.</param>
    /// <param name="skip">Keys of the file or the backbone to leave out, usually the classifier's; one that ends in <c>*</c> stands for all
    /// that begin so.</param>
    /// <param name="adaptInputChannels">Whether the first convolution of RGB weights is adapted to a backbone with another channel count, as timm
    /// does it: summed for one channel, else repeated and scaled by 3 over the count. False by default.</param>
    /// <returns>What became of each tensor.</returns>
    /// <exception cref="ArgumentException">An entry of <paramref name="skip"/> stands for nothing.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or does not fit the backbone; the backbone is unchanged.</exception>
    public static WeightReport Load(Backbone backbone, string path, IReadOnlyCollection<string>? skip = null, bool adaptInputChannels = false)
    {
        using var file = WeightFile.Open(path);
        return Load(backbone, file, skip, adaptInputChannels);
    }

    /// <summary>Loads an open file into a backbone, for example a <see cref="PthFile"/> of which a certain state_dict was asked for.</summary>
    /// <inheritdoc cref="Load(Backbone, string, IReadOnlyCollection{string}, bool)"/>
    public static WeightReport Load(Backbone backbone, WeightFile file, IReadOnlyCollection<string>? skip = null, bool adaptInputChannels = false) =>
        new WeightMatch(backbone.Spec, backbone.NamedState(), file, skip ?? [], adaptInputChannels).Load();

    /// <summary>Loads a file into a backbone and its classifier.</summary>
    /// <param name="network">The network whose weights are replaced.</param>
    /// <param name="path">Path of a .safetensors file or a PyTorch checkpoint.</param>
    /// <param name="skip">Keys of the file or the network to leave out; one that ends in <c>*</c> stands for all that begin so.</param>
    /// <param name="head">What to do with the file's classifier; required by default.</param>
    /// <param name="adaptInputChannels">Whether the first convolution of RGB weights is adapted to a network with another channel count, as timm
    /// does it: summed for one channel, else repeated and scaled by 3 over the count. False by default.</param>
    /// <returns>What became of each tensor.</returns>
    /// <exception cref="ArgumentException">An entry of <paramref name="skip"/> stands for nothing.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or does not fit the network; the network is unchanged.</exception>
    public static WeightReport Load(
        ImageClassifierNetwork network, string path, IReadOnlyCollection<string>? skip = null, HeadImport head = HeadImport.Required,
        bool adaptInputChannels = false)
    {
        using var file = WeightFile.Open(path);
        return Load(network, file, skip, head, adaptInputChannels);
    }

    /// <summary>
    /// Loads an open file into a backbone and its classifier, for example a <see cref="PthFile"/> of which a certain state_dict was asked for.
    /// </summary>
    /// <inheritdoc cref="Load(ImageClassifierNetwork, string, IReadOnlyCollection{string}, HeadImport, bool)"/>
    public static WeightReport Load(
        ImageClassifierNetwork network, WeightFile file, IReadOnlyCollection<string>? skip = null, HeadImport head = HeadImport.Required,
        bool adaptInputChannels = false) =>
        new WeightMatch(network.Backbone.Spec, network.NamedState(), file, skip ?? [], adaptInputChannels, head).Load();
}
