using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// He et al. (2015), figure 5, right; with groups in the 3×3 convolution it is Xie et al. (2016), figure 3c.
internal sealed class Bottleneck : ResidualBlock
{
    // Published checkpoints use these field names as keys.
    private readonly Conv2d conv1;
    private readonly FoldableBatchNorm bn1;
    private readonly Conv2d conv2;
    private readonly FoldableBatchNorm bn2;
    private readonly Conv2d conv3;
    private readonly FoldableBatchNorm bn3;
    private readonly Module<Tensor, Tensor>? downsample;

    internal Bottleneck(ResNetSpec spec, int channelsIn, int width, int channelsOut, int stride, StochasticDepthGate gate)
        : base(nameof(Bottleneck), spec, gate)
    {
        // The stride sits on the 3×3 convolution, as torchvision has it ("v1.5"); the paper puts it on the first 1×1.
        conv1 = Layers.Conv(channelsIn, width, 1, spec.StrideInFirst1x1 ? stride : 1);
        bn1 = Layers.Norm(conv1);
        conv2 = Layers.Conv(width, width, 3, spec.StrideInFirst1x1 ? 1 : stride, spec.Groups);
        bn2 = Layers.Norm(conv2);
        conv3 = Layers.Conv(width, channelsOut, 1);
        bn3 = Layers.Norm(conv3);
        downsample = Shortcut(spec.Shortcut, channelsIn, channelsOut, stride);
        RegisterComponents();
    }

    internal override FoldableBatchNorm LastNorm => bn3;

    protected override Module<Tensor, Tensor>? Downsample => downsample;

    protected override Tensor Branch(Tensor x)
    {
        var y = bn1.call(conv1.call(x)).Relu_();
        y = bn2.call(conv2.call(y)).Relu_();
        return bn3.call(conv3.call(y));
    }
}
