using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// A backbone whose layers simply follow one another; each is registered under the key that published checkpoints use.
internal abstract class SequentialBackbone(BackboneSpec spec) : Backbone(spec)
{
    private readonly List<(string Key, Module<Tensor, Tensor> Module)> _layers = [];
    private readonly List<int> _layersBeforeAuxiliary = [], _stageEnds = [];

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

    internal override IReadOnlyList<(string Name, Func<Tensor, Tensor> Run)> Stages =>
        [.. _stageEnds.Prepend(0).Zip(_stageEnds, (first, end) => (_layers[end - 1].Key, (Func<Tensor, Tensor>)(x => Run(x, first, end))))];

    internal override string? KeyAfterAuxiliary => _layersBeforeAuxiliary is [var first, ..] ? _layers[first].Key : null;

    protected void Add(string key, Module<Tensor, Tensor> layer)
    {
        register_module(key, layer);
        _layers.Add((key, layer));
    }

    // An auxiliary classifier, if there is one, learns from what the last layer added so far gives.
    protected void MarkAuxiliary() => _layersBeforeAuxiliary.Add(_layers.Count);

    // A stage ends with the last layer added so far, and is named after it.
    protected void EndStage() => _stageEnds.Add(_layers.Count);

    private Tensor Run(Tensor x, int first, int end) => Layers.Run(_layers.Take(first..end).Select(layer => layer.Module), x);
}
