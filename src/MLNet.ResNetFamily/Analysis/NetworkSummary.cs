using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>The layers of a network and what they cost, measured on a dry run.</summary>
public sealed record NetworkSummary
{
    private NetworkSummary(IReadOnlyList<LayerSummary> layers, long parameters)
    {
        Layers = layers;
        Parameters = parameters;
        MultiplyAdds = layers.Sum(layer => layer.MultiplyAdds);
    }

    /// <summary>
    /// Convolutions, norms and linear layers in the order in which they compute. A layer that scoring leaves out is not listed.
    /// </summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>Number of trained values of the whole network with its classifier, running statistics not counted.</summary>
    public long Parameters { get; }

    /// <summary>
    /// Multiply-adds of all convolutions and linear layers for one image; biases, pooling, norms and activations are not counted.
    /// </summary>
    public long MultiplyAdds { get; }

    /// <summary>Builds the network, sends an empty batch through it, and lists its layers.</summary>
    /// <param name="spec">The backbone.</param>
    /// <param name="imageSize">Side of the image in pixels; the default size of <paramref name="spec"/> when null.</param>
    /// <param name="classCount">Number of classes; that of the published checkpoints when null.</param>
    /// <exception cref="ArgumentException">The spec cannot work, the image is too small, or there is no class.</exception>
    public static NetworkSummary Of(BackboneSpec spec, int? imageSize = null, int? classCount = null)
    {
        var size = imageSize ?? spec.Preprocessing.ImageSize;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(imageSize));
        using var modes = TorchModes.Enter();
        using var network = new ImageClassifierNetwork(spec, classCount ?? spec.PublishedClassCount);
        return Of(network, size, size);
    }

    /// <summary>
    /// Parameters and multiply-adds of a backbone at its default size, with a classifier for the classes of its published checkpoints.
    /// </summary>
    /// <param name="spec">The backbone; the numbers of the rows of <see cref="Backbones"/> are known, others are measured.</param>
    /// <exception cref="ArgumentException">The spec cannot work.</exception>
    public static NetworkCost CostOf(BackboneSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (KnownCosts.ByName.TryGetValue(spec.Name, out var known) && ReferenceEquals(spec, Backbones.Named(spec.Name)))
            return known;
        var summary = Of(spec);
        return new NetworkCost(summary.Parameters, summary.MultiplyAdds);
    }

    internal static NetworkSummary Of(ImageClassifierNetwork network, long height, long width)
    {
        var layers = new List<LayerSummary>();
        var hooks = new List<Action>();
        var headKey = network.Backbone.Spec.HeadKey;
        foreach (var (name, module) in Layered(network.Backbone).Append((headKey, network.Head)))
        {
            var hook = module.register_forward_hook((_, _, output) =>
            {
                layers.Add(Summarise(name, module, output.shape));
                return output;
            });
            hooks.Add(hook.remove);
        }
        var wasTraining = network.training;
        network.eval();
        try
        {
            using var scope = NewDisposeScope();
            using var gradients = no_grad();
            // A batch of no images goes through the same layers, with the same shapes, and takes no time.
            network.call(zeros(0, network.Backbone.Spec.InputChannels, height, width, device: network.Head.parameters().First().device));
        }
        finally
        {
            hooks.ForEach(remove => remove());
            network.train(wasTraining);
        }
        return new NetworkSummary(layers, network.parameters().Sum(parameter => parameter.numel()));
    }

    private static IEnumerable<(string Name, nn.Module<Tensor, Tensor> Module)> Layered(Backbone backbone)
    {
        foreach (var (name, module) in backbone.named_modules())
        {
            if (module is Convolution or Linear or NormBase)
                yield return (name, (nn.Module<Tensor, Tensor>)module);
        }
    }

    private static LayerSummary Summarise(string name, nn.Module module, long[] output)
    {
        var parameters = module.parameters(recurse: false).Sum(parameter => parameter.numel());
        var multiplyAdds = module switch
        {
            // Every weight is used once for each output position; with groups there are fewer weights.
            Convolution conv => conv.weight.numel() * output[2] * output[3],
            Linear linear => linear.weight.numel(),
            ClassifierHead head => (long)head.FeatureCount * head.ClassCount,
            _ => 0,
        };
        return new LayerSummary(name, module.GetName(), [1, .. output.Skip(1)], parameters, multiplyAdds);
    }
}
