using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// A 3×3 convolution of each channel by itself, then a 1×1 convolution across channels.
internal sealed class SeparableConvolution : Module<Tensor, Tensor>
{
    // timm's checkpoints use these field names as keys.
    private readonly Conv2d conv1;
    private readonly Conv2d pointwise;
    private readonly SeparableActivation _activation;

    internal SeparableConvolution(XceptionSpec spec, int channelsIn, int channelsOut)
        : base(nameof(SeparableConvolution))
    {
        _activation = spec.Activation;
        conv1 = Layers.Conv(channelsIn, channelsIn * spec.DepthMultiplier, 3, groups: channelsIn);
        pointwise = Layers.Conv(channelsIn * spec.DepthMultiplier, channelsOut, 1);
        RegisterComponents();
    }

    internal Conv2d Pointwise => pointwise;

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var y = conv1.call(x);
        y = _activation switch
        {
            SeparableActivation.ReLU => y.Relu_(),
            SeparableActivation.ELU => y.Elu(1.0),
            _ => y,
        };
        return pointwise.call(y).MoveToOuterDisposeScope();
    }
}
