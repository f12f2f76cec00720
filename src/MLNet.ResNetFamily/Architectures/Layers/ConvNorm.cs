using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// Convolution, batch norm, ReLU: what the Inception papers call a convolution.
internal sealed class ConvNorm : Module<Tensor, Tensor>
{
    // torchvision's and timm's checkpoints use these field names as keys ("conv2d_1a.bn.weight").
    private readonly Conv2d conv;
    private readonly FoldableBatchNorm bn;

    private ConvNorm(int channelsIn, int channelsOut, (long, long) kernel, long stride, (long, long) padding)
        : base(nameof(ConvNorm))
    {
        conv = Conv2d(
            channelsIn, channelsOut, kernel, stride: (stride, stride), padding: padding, bias: false, device: Initialization.Place);
        bn = Layers.Norm(conv, eps: 1e-3);
        RegisterComponents();
    }

    // Keeps the size of the maps but for the stride; "V" in the papers' figures marks the others.
    internal static ConvNorm Same(int channelsIn, int channelsOut, int height, int width) =>
        new(channelsIn, channelsOut, (height, width), 1, (height / 2, width / 2));

    internal static ConvNorm Same(int channelsIn, int channelsOut, int kernel) => Same(channelsIn, channelsOut, kernel, kernel);

    internal static ConvNorm Strided(int channelsIn, int channelsOut, int kernel, int stride) =>
        new(channelsIn, channelsOut, (kernel, kernel), stride, (kernel / 2, kernel / 2));

    internal static ConvNorm Valid(int channelsIn, int channelsOut, int kernel, int stride = 1) =>
        new(channelsIn, channelsOut, (kernel, kernel), stride, (0, 0));

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return bn.call(conv.call(x)).Relu_().MoveToOuterDisposeScope();
    }
}
