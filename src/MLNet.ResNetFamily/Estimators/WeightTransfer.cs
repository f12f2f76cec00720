using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Hands on what a trained classifier has learned to a network with other classes.</summary>
internal static class WeightTransfer
{
    /// <summary>
    /// Copies the backbone, and of the classifier the rows of those classes that both know; rows of new classes stay as they are.
    /// </summary>
    /// <param name="source">The trained classifier.</param>
    /// <param name="path">Where it comes from, for messages.</param>
    /// <param name="target">The network.</param>
    /// <param name="classNames">Name of each class of the network.</param>
    /// <returns>What was taken over, as a sentence.</returns>
    /// <exception cref="InvalidDataException">The networks differ in more than their classes.</exception>
    public static string Copy(
        ImageClassifierTransformer source, string path, ImageClassifierNetwork target, IReadOnlyList<string> classNames)
    {
        var known = classNames.Select((name, place) => (Place: place, Source: source.ClassNames.ToList().IndexOf(name)))
            .Where(pair => pair.Source >= 0).ToList();
        var sources = source.Network.NamedState().ToDictionary(entry => entry.Key, entry => entry.Tensor);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (key, tensor) in target.NamedState())
        {
            if (!sources.TryGetValue(key, out var stored) || !Fits(stored, tensor, PerClass(key, target)))
            {
                throw new InvalidDataException(
                    $"'{path}': tensor '{key}' does not fit '{target.Backbone.Spec.Name}'. Train with the very " +
                    "backbone that the model has.");
            }
            if (!PerClass(key, target))
                tensor.copy_(stored);
            else
            {
                foreach (var (place, from) in known)
                    tensor.select(0, place).copy_(stored.select(0, from));
            }
        }
        var added = classNames.Except(source.ClassNames).ToList();
        return $"'{path}': training goes on with its weights; {known.Count} of the {classNames.Count} classes are known"
            + (added.Count == 0 ? "." : $", new: {ListText.Quoted(added)}.");
    }

    private static bool Fits(Tensor stored, Tensor needed, bool perClass) =>
        perClass ? stored.shape.Skip(1).SequenceEqual(needed.shape.Skip(1)) : stored.shape.SequenceEqual(needed.shape);

    // The linear layers that have one row for each class.
    private static bool PerClass(string key, ImageClassifierNetwork network) =>
        key.StartsWith(network.Backbone.Spec.HeadKey + ".", StringComparison.Ordinal) || AuxiliaryClassifier.IsPerClass(key);
}
