using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>Conversion of weights between the three equivalent forms of a ResNeXt block.</summary>
/// <remarks>
/// Xie et al., "Aggregated Residual Transformations for Deep Neural Networks" (2016), https://arxiv.org/abs/1611.05431, section 3.3.
/// </remarks>
public static partial class AggregationFormConverter
{
    /// <summary>Copies all weights and statistics from one network to another that differs in <see cref="ResNetSpec.Form"/> only.</summary>
    /// <param name="source">The network to read; it stays as it is.</param>
    /// <param name="target">The network to write, on any device.</param>
    /// <exception cref="ArgumentException">The networks differ in more than their form, or are no ResNeXts.</exception>
    public static void CopyWeights(Backbone source, Backbone target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var from = Grouped(source);
        var to = target.NamedState().ToList();
        var missing = to.Select(entry => GroupedKey(entry.Key)).Where(key => !from.ContainsKey(key)).Distinct().ToList();
        var unused = from.Keys.Except(to.Select(entry => GroupedKey(entry.Key))).ToList();
        if (source.Spec is not ResNetSpec || missing.Count + unused.Count > 0)
            throw Misfit($"the tensors differ: {ListText.Quoted(missing.Concat(unused))}");

        foreach (var (key, tensor) in to)
        {
            var part = Part(key, from[GroupedKey(key)], tensor);
            if (!part.shape.SequenceEqual(tensor.shape))
            {
                throw Misfit(
                    $"'{key}' has shape [{string.Join(", ", part.shape)}] in one and [{string.Join(", ", tensor.shape)}] in the other");
            }
            tensor.copy_(part);
        }

        ArgumentException Misfit(string difference) => new(
            $"The weights of '{source.Spec.Name}' do not fit '{target.Spec.Name}': {difference}. " +
            "Build both from one ResNetSpec, with nothing but another 'Form'.", nameof(target));
    }

    // The tensors under the keys of the grouped form, joined where the network has paths.
    private static Dictionary<string, Tensor> Grouped(Backbone network) =>
        network.NamedState()
            .GroupBy(entry => GroupedKey(entry.Key))
            .ToDictionary(group => group.Key, group =>
            {
                var tensors = group.Select(entry => entry.Tensor).ToArray();
                return tensors.Length == 1 || tensors[0].dim() == 0 ? tensors[0] : cat(tensors, JoinedDimension(group.Key));
            });

    private static Tensor Part(string key, Tensor grouped, Tensor like)
    {
        var match = PathKey().Match(key);
        if (!match.Success || grouped.dim() == 0)
            return grouped;
        var dimension = JoinedDimension(GroupedKey(key));
        var width = like.shape[dimension];
        var start = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * width;
        return start + width <= grouped.shape[dimension] ? grouped.narrow(dimension, start, width) : grouped;
    }

    // The last convolution sees each path's channels side by side; all others give them side by side.
    private static int JoinedDimension(string groupedKey) => groupedKey.EndsWith(".conv3.weight", StringComparison.Ordinal) ? 1 : 0;

    private static string GroupedKey(string key) => PathKey().Replace(key, ".");

    [GeneratedRegex(@"\.paths\.(\d+)\.")]
    private static partial Regex PathKey();
}
