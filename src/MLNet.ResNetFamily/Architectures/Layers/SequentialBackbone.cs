using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// A backbone whose layers simply follow one another; each is registered under the key that published checkpoints use.
internal abstract class SequentialBackbone(BackboneSpec spec) : Backbone(spec)
{
    private readonly List<(string Key, Module<Tensor, Tensor> Module)> _layers = [];
    private readonly List<int> _layersBeforeAuxiliary = [];

    public override Tensor FeatureMaps(Tensor images) => Run(images, 0, _layers.Count);

    internal override (Tensor Maps, IReadOnlyList<Tensor> Auxiliary) MapsForTraining(Tensor images)
    {
        var (x, done, auxiliary) = (images, 0, new List<Tensor>());
        foreach (var end in _layersBeforeAuxiliary)
        {
            auxiliary.Add(x = Run(x, done, end));
            done = end;
        }
        return (Run(x, done, _layers.Count), auxiliary);
    }

    internal override string? KeyAfterAuxiliary => _layersBeforeAuxiliary is [var first, ..] ? _layers[first].Key : null;

    protected void Add(string key, Module<Tensor, Tensor> layer)
    {
        register_module(key, layer);
        _layers.Add((key, layer));
    }

    // An auxiliary classifier, if there is one, learns from what the last layer added so far gives.
    protected void MarkAuxiliary() => _layersBeforeAuxiliary.Add(_layers.Count);

    private Tensor Run(Tensor x, int first, int end)
    {
        using var scope = NewDisposeScope();
        var input = x;
        for (var i = first; i < end; i++)
        {
            var y = _layers[i].Module.call(x);
            if (!ReferenceEquals(x, input))
                x.Dispose();
            x = y;
        }
        return x.MoveToOuterDisposeScope();
    }
}
