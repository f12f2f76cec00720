using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// BN-ReLU-conv 1×1, BN-ReLU-conv 3×3 on the concatenated maps; without bottleneck only the latter.
internal sealed class DenseLayer : Module<Tensor[], Tensor>
{
    // torchvision's checkpoints use these field names as keys.
    private readonly FoldableBatchNorm norm1;
    private readonly Conv2d conv1;
    private readonly FoldableBatchNorm? norm2;
    private readonly Conv2d? conv2;
    private readonly double _dropout;
    private readonly bool _recomputes;

    internal DenseLayer(DenseNetSpec spec, int channels)
        : base(nameof(DenseLayer))
    {
        (_dropout, _recomputes) = (spec.Dropout, spec.MemoryEfficient);
        norm1 = Layers.Norm(channels);
        if (spec.Bottleneck)
        {
            conv1 = Layers.Conv(channels, 4 * spec.GrowthRate, 1);
            norm2 = Layers.Norm(conv1);
            conv2 = Layers.Conv(4 * spec.GrowthRate, spec.GrowthRate, 3);
        }
        else
        {
            conv1 = Layers.Conv(channels, spec.GrowthRate, 3);
        }
        RegisterComponents();
    }

    public override Tensor forward(Tensor[] maps)
    {
        using var scope = NewDisposeScope();
        var y = _recomputes && training && is_grad_enabled() ? Recomputed(maps) : Plain(maps);
        if (_dropout > 0)
            y = Draws.Dropout(y, _dropout, training);
        return y.MoveToOuterDisposeScope();
    }

    private Tensor Plain(Tensor[] maps)
    {
        var y = conv1.call(norm1.call(Operations.Join(maps)).Relu_());
        return conv2 is null ? y : conv2.call(norm2!.call(y).Relu_());
    }

    private Tensor Recomputed(Tensor[] maps) =>
        CheckpointedLayers.Apply(conv2 is null ? [(norm1, conv1)] : [(norm1, conv1), (norm2!, conv2)], maps);
}
