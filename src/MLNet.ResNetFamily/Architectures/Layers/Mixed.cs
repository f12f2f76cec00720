using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// Paths that look at the same maps, side by side; their outputs are joined along the channels.
internal class Mixed : Module<Tensor, Tensor>
{
    private readonly MixedPath[] _paths;

    internal Mixed(params MixedPath[] paths)
        : base(nameof(Mixed))
    {
        _paths = paths;
        foreach (var (key, layer) in paths.SelectMany(path => path.Layers))
            register_module(key, layer);
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return Operations.Join([.. _paths.SelectMany(path => path.Outputs(x))]).MoveToOuterDisposeScope();
    }
}
