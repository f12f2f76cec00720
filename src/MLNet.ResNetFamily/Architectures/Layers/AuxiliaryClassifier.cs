using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// A classifier that learns along from maps in the middle of a network: its key in published checkpoints, the smallest side of the maps that
// it takes, and how it is made for a number of classes.
internal sealed record AuxiliaryClassifier(string Key, int MinimumMapSize, Func<int, Module<Tensor, Tensor>> Build)
{
    private static readonly string[] LastLayers = ["AuxLogits.fc.", "aux1.fc2.", "aux2.fc2."];

    // That of Inception v3, which Inception-ResNet shares.
    internal static AuxiliaryClassifier Inception(int channels) =>
        new("AuxLogits", AuxiliaryHead.MinimumMapSize, classCount => new AuxiliaryHead(channels, classCount));

    // Whether a name in a checkpoint belongs to such a classifier, also where the network is built without.
    internal static bool IsKey(string key) =>
        LastLayers.Any(layer => key.StartsWith(layer[..(layer.IndexOf('.') + 1)], StringComparison.Ordinal));

    // Whether it belongs to the linear layer that has one row for each class.
    internal static bool IsPerClass(string key) => LastLayers.Any(layer => key.StartsWith(layer, StringComparison.Ordinal));
}
