using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// y = relu(x + scale · conv1x1(paths(x))): Szegedy et al. (2016), section 3.3 for the scale. The 1×1 convolution is linear: no norm, no
// ReLU.
internal sealed class InceptionResNetBlock : Mixed, IResidualUnit
{
    // timm's checkpoints use this field name as a key ("repeat.0.conv2d.weight").
    private readonly Conv2d conv2d;
    private readonly double _scale;
    private readonly bool _activates;
    private readonly StochasticDepthGate _gate;

    internal InceptionResNetBlock(int channels, int joined, double scale, bool activates, StochasticDepthGate gate, MixedPath[] paths)
        : base(paths)
    {
        (_scale, _activates, _gate) = (scale, activates, gate);
        conv2d = Conv2d(joined, channels, 1, device: Initialization.Place);
        RegisterComponents();
    }

    public StochasticDepthGate Gate => _gate;

    public bool KeepsShape => true;

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        if (_gate.Drops(training))
            return (_activates ? x.Relu() : x.Alias()).MoveToOuterDisposeScope();
        var y = _gate.Weigh(conv2d.call(base.forward(x)).Mul(_scale), training).Add_(_gate.Pass(x));
        return (_activates ? y.Relu_() : y).MoveToOuterDisposeScope();
    }
}
