using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// One residual unit in any of the orders of He et al. (2016), figure 4, with any of the shortcuts of figure 2.
internal sealed class ResNetV2Unit : Module<Tensor, Tensor>, IResidualUnit
{
    // timm's checkpoints use these field names as keys.
    private readonly Sequential? downsample;
    private readonly FoldableBatchNorm norm1;
    private readonly Conv2d conv1;
    private readonly FoldableBatchNorm norm2;
    private readonly Conv2d conv2;
    private readonly FoldableBatchNorm? norm3;
    private readonly Conv2d? conv3;
    private readonly Conv2d? gate;                                // figures 2c and 2d only

    private readonly ActivationOrder _order;
    private readonly ResNetV2Shortcut _shortcut;
    private readonly double _shortcutScale, _branchScale, _shortcutDropout, _dropout;
    private readonly StochasticDepthGate _depthGate;

    internal ResNetV2Unit(ResNetV2Spec spec, int channelsIn, int width, int channelsOut, int stride, StochasticDepthGate depthGate)
        : base(nameof(ResNetV2Unit))
    {
        (_order, _shortcut, _depthGate) = (spec.Order, spec.Shortcut, depthGate);
        (_shortcutScale, _branchScale, _shortcutDropout, _dropout) = (spec.ShortcutScale, spec.BranchScale, spec.ShortcutDropout,
            spec.Dropout);
        var normsFirst = _order == ActivationOrder.FullPreActivation;

        if (stride != 1 || channelsIn != channelsOut || _shortcut == ResNetV2Shortcut.Convolution1x1)
        {
            downsample = Projection(
                channelsIn, channelsOut, stride,
                normalize: _order is not (ActivationOrder.FullPreActivation or ActivationOrder.BatchNormAfterAddition));
        }
        if (spec.Block == BlockKind.Basic)
        {
            conv1 = Layers.Conv(channelsIn, channelsOut, 3, stride);
            conv2 = Layers.Conv(channelsOut, channelsOut, 3);
            norm1 = normsFirst ? Layers.Norm(channelsIn) : Layers.Norm(conv1);
            norm2 = normsFirst ? Layers.Norm(conv1) : LastNorm(conv2);
        }
        else
        {
            // The stride sits on the 3×3 convolution, as timm has it; the paper's code puts it on the first 1×1.
            conv1 = Layers.Conv(channelsIn, width, 1, spec.StrideInFirst1x1 ? stride : 1);
            conv2 = Layers.Conv(width, width, 3, spec.StrideInFirst1x1 ? 1 : stride);
            conv3 = Layers.Conv(width, channelsOut, 1);
            norm1 = normsFirst ? Layers.Norm(channelsIn) : Layers.Norm(conv1);
            norm2 = Layers.Norm(normsFirst ? conv1 : conv2);
            norm3 = normsFirst ? Layers.Norm(conv2) : LastNorm(conv3);
        }
        if (_shortcut is ResNetV2Shortcut.ExclusiveGating or ResNetV2Shortcut.ShortcutOnlyGating)
            gate = Conv2d(channelsIn, channelsOut, 1, stride: stride, device: Initialization.Place);
        RegisterComponents();
    }

    public StochasticDepthGate Gate => _depthGate;

    public bool KeepsShape => downsample is null;

    internal void Initialize(ResNetV2Spec spec)
    {
        if (gate is not null)
            init.constant_(gate.bias!, spec.GateBias);
        if (spec.ZeroInitResidual)
            init.zeros_(LastWeight);
    }

    // In figure 4e the branch ends in a convolution, else in a batch norm; in 4b that norm comes after the addition.
    internal Tensor LastWeight => _order is ActivationOrder.FullPreActivation or ActivationOrder.BatchNormAfterAddition
        ? (conv3 ?? conv2).weight
        : (norm3 ?? norm2).weight;

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var entry = _order switch
        {
            ActivationOrder.FullPreActivation => norm1.call(x).Relu_(),
            ActivationOrder.ReluOnlyPreActivation => x.Relu(),
            _ => x,
        };
        // A projection takes the activated tensor, an identity the raw one.
        var shortcut = downsample?.call(entry) ?? x;
        var opening = gate?.call(x).Sigmoid_();
        shortcut = Shortcut(shortcut, opening);

        var sum = _depthGate.Drops(training)
            ? shortcut.Alias()
            : Add(_depthGate.Weigh(Weigh(Branch(entry), opening), training), _depthGate.Pass(shortcut));
        sum = _order switch
        {
            ActivationOrder.Original => sum.Relu(),
            ActivationOrder.BatchNormAfterAddition => (norm3 ?? norm2).call(sum).Relu_(),
            _ => sum,
        };
        return sum.MoveToOuterDisposeScope();
    }

    private Tensor Shortcut(Tensor x, Tensor? opening) => _shortcut switch
    {
        ResNetV2Shortcut.ConstantScaling => x.Mul(_shortcutScale),
        ResNetV2Shortcut.ExclusiveGating or ResNetV2Shortcut.ShortcutOnlyGating => x.Mul(opening!.OneMinus()),
        ResNetV2Shortcut.Dropout => Draws.Dropout(x, _shortcutDropout, training),
        _ => x,
    };

    private Tensor Weigh(Tensor branch, Tensor? opening) => _shortcut switch
    {
        ResNetV2Shortcut.ConstantScaling => branch.Mul(_branchScale),
        ResNetV2Shortcut.ExclusiveGating => branch.Mul(opening!),
        _ => branch,
    };

    private Tensor Branch(Tensor entry)
    {
        if (_order == ActivationOrder.FullPreActivation)
        {
            var y = norm2.call(conv1.call(entry)).Relu_();
            if (conv3 is not null)
                y = norm3!.call(conv2.call(y)).Relu_();
            return (conv3 ?? conv2).call(BeforeLast(y));
        }

        var z = norm1.call(conv1.call(entry)).Relu_();
        if (conv3 is not null)
            z = norm2.call(conv2.call(z)).Relu_();
        z = (conv3 ?? conv2).call(BeforeLast(z));
        if (_order == ActivationOrder.BatchNormAfterAddition)
            return z;
        z = (norm3 ?? norm2).call(z);
        return _order == ActivationOrder.ReluBeforeAddition ? z.Relu_() : z;
    }

    // The gradient of a ReLU needs its output as it was.
    private Tensor Add(Tensor branch, Tensor shortcut) =>
        _order == ActivationOrder.ReluBeforeAddition ? branch.Add(shortcut) : branch.Add_(shortcut);

    private Tensor BeforeLast(Tensor y) => _dropout > 0 ? Draws.Dropout(y, _dropout, training) : y;

    private FoldableBatchNorm LastNorm(Conv2d conv) =>
        _order == ActivationOrder.BatchNormAfterAddition ? Layers.Norm((int)conv.out_channels) : Layers.Norm(conv);

    private static Sequential Projection(int channelsIn, int channelsOut, int stride, bool normalize)
    {
        var conv = Layers.Conv(channelsIn, channelsOut, 1, stride);
        return normalize ? Sequential(("conv", conv), ("norm", Layers.Norm(conv))) : Sequential(("conv", conv));
    }
}
