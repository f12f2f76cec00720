using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// One of the cardinality paths of a ResNeXt block, with the layer names of the grouped form.
internal sealed class AggregatedPath : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly FoldableBatchNorm bn1;
    private readonly Conv2d conv2;
    private readonly FoldableBatchNorm bn2;
    private readonly Conv2d? conv3;

    // Without channelsOut the path ends after its 3×3 convolution.
    internal AggregatedPath(ResNetSpec spec, int channelsIn, int width, int channelsOut, int stride)
        : base(nameof(AggregatedPath))
    {
        conv1 = Layers.Conv(channelsIn, width, 1, spec.StrideInFirst1x1 ? stride : 1);
        bn1 = Layers.Norm(conv1);
        conv2 = Layers.Conv(width, width, 3, spec.StrideInFirst1x1 ? 1 : stride);
        bn2 = Layers.Norm(conv2);
        conv3 = channelsOut > 0 ? Layers.Conv(width, channelsOut, 1) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var y = bn1.call(conv1.call(x)).Relu_();
        y = bn2.call(conv2.call(y)).Relu_();
        return (conv3?.call(y) ?? y).MoveToOuterDisposeScope();
    }
}
