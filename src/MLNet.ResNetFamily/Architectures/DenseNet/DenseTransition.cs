using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// Between two blocks: BN-ReLU-conv 1×1, which may leave channels out, and 2×2 average pooling. Huang et al. (2016), section 3, "Pooling
// layers".
internal sealed class DenseTransition : Module<Tensor, Tensor>
{
    // torchvision's checkpoints use these field names as keys.
    private readonly FoldableBatchNorm norm;
    private readonly Conv2d conv;
    private readonly bool _recomputes;

    internal DenseTransition(DenseNetSpec spec, int channels)
        : base(nameof(DenseTransition))
    {
        _recomputes = spec.MemoryEfficient;
        norm = Layers.Norm(channels);
        conv = Layers.Conv(channels, spec.Compressed(channels), 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var y = _recomputes && training && is_grad_enabled()
            ? CheckpointedLayers.Apply([(norm, conv)], x)
            : conv.call(norm.call(x).Relu_());
        return y.AveragePool(2, 2).MoveToOuterDisposeScope();
    }
}
