using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.ResNetFamily;

/// <summary>
/// A part of a network that a study can take out: the branch of a residual unit, or a convolution layer of a plain network.
/// </summary>
internal abstract class RemovableUnit(string name, bool keepsShape)
{
    /// <summary>Name of the part in the network.</summary>
    public string Name => name;

    /// <summary>Whether its input and output have the same shape.</summary>
    public bool KeepsShape => keepsShape;

    /// <summary>Takes the part out: what comes in goes out, by the shortcut where there is one.</summary>
    public abstract void Remove();

    /// <summary>Puts the part back.</summary>
    public abstract void Restore();

    /// <summary>The parts of a network in their order: its residual units, or of a VGG its layers; empty for other networks.</summary>
    public static IReadOnlyList<RemovableUnit> Of(ImageClassifierNetwork network)
    {
        var modules = network.Backbone.named_modules().ToList();
        var residual = modules.Where(entry => entry.module is IResidualUnit)
            .Select(entry => (RemovableUnit)new Branch(entry.name, (IResidualUnit)entry.module)).ToList();
        return residual.Count > 0 || network.Backbone is not Vgg ? residual : [.. PlainLayers(modules)];
    }

    private static IEnumerable<RemovableUnit> PlainLayers(List<(string name, nn.Module module)> modules)
    {
        for (var i = 0; i < modules.Count; i++)
        {
            if (modules[i].module is Conv2d convolution)
                yield return new Layer(modules[i].name, convolution, i + 1 < modules.Count ? modules[i + 1].module as BatchNorm : null);
        }
    }

    private sealed class Branch(string name, IResidualUnit unit) : RemovableUnit(name, unit.KeepsShape)
    {
        public override void Remove() => unit.Gate.Flow = ResidualFlow.ShortcutOnly;

        public override void Restore() => unit.Gate.Flow = ResidualFlow.Both;
    }

    /// <summary>
    /// A convolution and its batch norm. Where it has more outputs than inputs, the missing channels become 0; the ReLU behind it changes
    /// nothing in what a ReLU gave.
    /// </summary>
    private sealed class Layer(string name, Conv2d convolution, BatchNorm? norm)
        : RemovableUnit(name, convolution.in_channels == convolution.out_channels)
    {
        private readonly List<Action> _hooks = [];

        public override void Remove()
        {
            _hooks.Add(convolution.register_forward_hook((_, input, output) => WithChannels(input, output.shape[1])).remove);
            if (norm is not null)
                _hooks.Add(norm.register_forward_hook((_, input, _) => input.alias()).remove);
        }

        public override void Restore()
        {
            _hooks.ForEach(remove => remove());
            _hooks.Clear();
        }

        private static Tensor WithChannels(Tensor x, long channels)
        {
            var missing = channels - x.shape[1];
            return missing > 0 ? nn.functional.pad(x, [0, 0, 0, 0, 0, missing]) : x.narrow(1, 0, channels);
        }
    }
}
