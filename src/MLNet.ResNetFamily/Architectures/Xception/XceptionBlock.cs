using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNet.ResNetFamily;

// Separable convolutions around which a shortcut leads; where shapes change, the shortcut is a 1×1 convolution with batch norm.
internal sealed class XceptionBlock : Module<Tensor, Tensor>, IResidualUnit
{
    // timm's checkpoints use these field names as keys ("block1.rep.4.weight").
    private readonly Conv2d? skip;
    private readonly FoldableBatchNorm? skipbn;
    private readonly Sequential rep;
    private readonly StochasticDepthGate _gate;

    internal XceptionBlock(XceptionSpec spec, StochasticDepthGate gate, int stride, bool startsWithRelu, params int[] channels)
        : base(nameof(XceptionBlock))
    {
        _gate = gate;
        var (first, last) = (channels[0], channels[^1]);
        if (first != last || stride != 1)
        {
            skip = Layers.Conv(first, last, 1, stride);
            skipbn = Layers.Norm(skip);
        }
        var layers = new List<Module<Tensor, Tensor>>();
        foreach (var (channelsIn, channelsOut) in channels.Zip(channels.Skip(1)))
        {
            // The first ReLU sees the block's input, which the shortcut needs unchanged.
            if (layers.Count > 0 || startsWithRelu)
                layers.Add(ReLU(inplace: layers.Count > 0));
            var conv = new SeparableConvolution(spec, channelsIn, channelsOut);
            layers.Add(conv);
            layers.Add(Layers.Norm(conv.Pointwise));
        }
        if (stride != 1)
            layers.Add(MaxPool2d(3, stride, 1));
        rep = Sequential(layers);
        RegisterComponents();
    }

    public StochasticDepthGate Gate => _gate;

    public bool KeepsShape => skip is null;

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var shortcut = skip is null ? x : skipbn!.call(skip.call(x));
        var y = _gate.Drops(training) ? shortcut.Alias() : _gate.Weigh(rep.call(x), training).Add_(_gate.Pass(shortcut));
        return y.MoveToOuterDisposeScope();
    }
}
