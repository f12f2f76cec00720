using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// Huang et al. (2016), equation 2: layer l sees the concatenation of all maps before it.
internal sealed class DenseBlock : Module<Tensor, Tensor>
{
    private readonly List<DenseLayer> _layers = [];

    internal DenseBlock(DenseNetSpec spec, int channels, int depth)
        : base(nameof(DenseBlock))
    {
        for (var i = 1; i <= depth; i++, channels += spec.GrowthRate)
        {
            var layer = new DenseLayer(spec, channels);
            // torchvision's checkpoints use this name as a key.
            register_module($"denselayer{i}", layer);
            _layers.Add(layer);
        }
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var maps = new List<Tensor> { x };
        foreach (var layer in _layers)
            maps.Add(layer.call([.. maps]));
        return Operations.Join([.. maps]).MoveToOuterDisposeScope();
    }
}
