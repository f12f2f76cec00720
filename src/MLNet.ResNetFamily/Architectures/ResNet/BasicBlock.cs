using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// He et al. (2015), figure 5, left.
internal sealed class BasicBlock : ResidualBlock
{
    // Published checkpoints use these field names as keys.
    private readonly Conv2d conv1;
    private readonly FoldableBatchNorm bn1;
    private readonly Conv2d conv2;
    private readonly FoldableBatchNorm bn2;
    private readonly Module<Tensor, Tensor>? downsample;

    internal BasicBlock(ResNetSpec spec, int channelsIn, int channelsOut, int stride, StochasticDepthGate gate)
        : base(nameof(BasicBlock), spec, gate)
    {
        conv1 = Layers.Conv(channelsIn, channelsOut, 3, stride);
        bn1 = Layers.Norm(conv1);
        conv2 = Layers.Conv(channelsOut, channelsOut, 3);
        bn2 = Layers.Norm(conv2);
        downsample = Shortcut(spec.Shortcut, channelsIn, channelsOut, stride);
        RegisterComponents();
    }

    internal override FoldableBatchNorm LastNorm => bn2;

    protected override Module<Tensor, Tensor>? Downsample => downsample;

    protected override Tensor Branch(Tensor x)
    {
        var y = bn1.call(conv1.call(x)).Relu_();
        return bn2.call(conv2.call(y));
    }
}
